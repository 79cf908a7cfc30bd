/** JSON files whose shape is only known once they are read. */
import type { z } from 'zod';
import { ImportError } from './importer.ts';
import type { SourceFile } from './source-file.ts';
import { readText } from './text.ts';

/** Throws ImportError where the text is no JSON, or not of this shape. */
export async function readJson<Shape>(file: SourceFile, schema: z.ZodType<Shape>): Promise<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      file.path,
      `it is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ImportError(
    file.path,
    `at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'it is of another shape'}`,
  );
}

/** `predictions.safetensors`: what a network said of a part of its data, raw, and of which samples. docs/files.md. */
import { z } from 'zod';
import type { SplitName } from '#experiment/dataset-info.ts';
import { describe } from '#experiment/problem.ts';
import { FileError } from './file-error.ts';
import { readSafetensors, safetensorsParts } from './safetensors.ts';
import { parseJson } from './weights.ts';

/** Raw outputs on a part of the data. */
export interface Predictions {
  readonly split: Exclude<SplitName, 'train'>;
  /** Steps that the weights were trained for. */
  readonly step: number;
  /** By task id: [samples of the part, outputs of the task], in the part's order. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Places of the samples in the data set; null where they are not known. */
  readonly samples: Uint32Array | null;
}

const format = 'trunkline-predictions';

/** @param counts samples of each part */
export function predictionsParts(
  all: readonly Predictions[],
  counts: Readonly<Record<string, number>>,
): Uint8Array<ArrayBuffer>[] {
  const tensors = all.flatMap(({ split, outputs, samples }) => {
    const rows = counts[split] ?? 0;
    const places = samples && BigInt64Array.from(samples, BigInt);
    return [
      ...(places ? [{ name: `samples/${split}`, shape: [places.length], values: places }] : []),
      ...Object.entries(outputs).map(([task, values]) => ({
        name: `outputs/${split}/${task}`,
        shape: [rows, rows > 0 ? values.length / rows : 0],
        values,
      })),
    ];
  });
  const parts = JSON.stringify(all.map(({ split, step }) => ({ split, step })));
  return safetensorsParts({ tensors, metadata: { format, producer: 'trunkline', version: '1', parts } });
}

const partsSchema = z
  .array(z.object({ split: z.enum(['validation', 'test']), step: z.int().min(0) }))
  .max(2)
  .refine((parts) => new Set(parts.map(({ split }) => split)).size === parts.length);

/**
 * @param tasks outputs of each task, by its id
 * @param counts samples of each part
 * @throws FileError naming the tensor, the rule and what was found
 */
export async function readPredictions(
  blob: Blob,
  tasks: Readonly<Record<string, number>>,
  counts: Readonly<Record<string, number>>,
  file: string,
): Promise<Predictions[]> {
  const { tensors, metadata } = await readSafetensors(blob, file);
  const refuse = (path: string, rule: string, found: unknown): FileError =>
    new FileError(file, { path, rule, found: describe(found), remedy: 'Export the capsule again.' });
  if (metadata['format'] !== format)
    throw refuse('metadata format', `must be "${format}"`, metadata['format']);
  const parts = partsSchema.safeParse(parseJson(metadata['parts'] ?? ''));
  if (!parts.success) throw refuse('metadata parts', 'must be the parts of the data', metadata['parts']);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return parts.data.map(({ split, step }) => {
    const rows = counts[split] ?? 0;
    const outputs = Object.entries(tasks).map(([task, width]) => {
      const name = `outputs/${split}/${task}`;
      const values = byName.get(name)?.values;
      if (!(values instanceof Float32Array) || values.length !== rows * width)
        throw refuse(`tensor ${name}`, `must be ${rows} × ${width} of type F32`, byName.get(name)?.shape);
      return [task, values] as const;
    });
    const samples = byName.get(`samples/${split}`)?.values;
    if (samples && !(samples instanceof BigInt64Array && samples.length === rows))
      throw refuse(`tensor samples/${split}`, `must be ${rows} of type I64`, samples.length);
    const places = samples instanceof BigInt64Array ? Uint32Array.from(samples, Number) : null;
    return { split, step, outputs: Object.fromEntries(outputs), samples: places };
  });
}

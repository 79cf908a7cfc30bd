/** All that a reader decided of an import, as a file for the next time: `pets.trunkline-data.json`. */
import { z } from 'zod';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import { ImportError } from '../importers/importer.ts';

const text = z.string().max(4000);
const texts = z.array(text).max(10_000);
const base = { column: text, name: text.min(1), missing: texts, answered: text.optional() };
const classes = z.array(z.strictObject({ name: text.min(1), values: texts })).max(10_000);

const columnPlan = z.discriminatedUnion('kind', [
  z.strictObject({ ...base, kind: z.literal('class'), classes }),
  z.strictObject({
    ...base,
    kind: z.literal('labels'),
    classes,
    separator: z.string().min(1).max(20).nullable(),
  }),
  z.strictObject({ ...base, kind: z.literal('number'), names: texts, decimalComma: z.boolean() }),
  z.strictObject({ ...base, kind: z.literal('ignore'), reason: text }),
]);

/** A column by its table's name and its own. */
const reference = z.strictObject({ table: text, column: text });
const side = z.int().min(16).max(512);

export const imagePlanSchema = z.strictObject({
  shape: z.strictObject({ width: side, height: side, channels: z.union([z.literal(1), z.literal(3)]) }),
  fit: z.enum(['cover', 'contain', 'stretch']),
  background: z.string().regex(/^#[0-9a-f]{6}$/i),
});

const planFileSchema = z.strictObject({
  format: z.literal('trunkline-data'),
  version: z.literal(1),
  name: text,
  image: imagePlanSchema,
  split: z.strictObject({
    validation: z.number().min(0).max(1),
    test: z.number().min(0).max(1),
    seed: z.int().min(0).max(0xffffffff),
    stratifyBy: reference.nullable(),
    groupBy: reference.nullable(),
    anew: z.boolean(),
  }),
  duplicates: z.enum(['keep', 'first']),
  newTasks: z
    .array(z.strictObject({ name: text.min(1), classes: z.array(text.min(1)).min(2).max(10_000) }))
    .max(64),
  tables: z.array(z.strictObject({ name: text, importer: text, pattern: text.nullable() })).max(255),
  /** Columns of one name of several tables: what was decided of them. */
  unions: z.array(z.strictObject({ name: text, how: z.enum(['joined', 'apart']) })).max(10_000),
  columns: z.array(z.strictObject({ ...reference.shape, plan: columnPlan })).max(100_000),
});

export type PlanFile = z.infer<typeof planFileSchema>;
export const planFileEnding = '.trunkline-data.json';

/** A plan without the keys that zod leaves undefined. */
export function planOf({ answered, ...plan }: PlanFile['columns'][number]['plan']): ColumnPlan {
  return answered === undefined ? plan : { ...plan, answered };
}

/** @throws ImportError where the text is no such file, or one of a later version */
export function readPlanFile(content: string, name = 'The file of decisions'): PlanFile {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new ImportError(name, 'it is no JSON.');
  }
  const found = z.object({ format: z.literal('trunkline-data'), version: z.number() }).safeParse(value);
  if (!found.success) throw new ImportError(name, 'it says nothing of how data are imported.');
  if (found.data.version !== 1)
    throw new ImportError(name, `it is of version ${found.data.version}; this page reads version 1.`);
  const parsed = planFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ImportError(
    name,
    `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is not as it should be'}.`,
  );
}

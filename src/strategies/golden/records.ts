/** Records of the golden file: what the libraries and exact solvers answered. README.md says what the fields mean. */
import { z } from 'zod';

const row = z.array(z.number());
const matrix = z.array(row);

const shared = {
  id: z.string(),
  strategy: z.string(),
  reference: z.enum(['exact', 'formula', 'LibMTL', 'TorchJD']),
  case: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  T: z.int().min(1),
  P: z.int().min(1),
  weights_unique: z.boolean().default(true),
  rel_err_vs_exact: z.number().nullish(),
  note: z.string().default(''),
};

/** One step of a record; N rows: T, or 3·T, batch after batch. */
export interface GoldenStep {
  /** [N] */
  readonly losses: Float64Array;
  /** [N, P] */
  readonly jacobian: Float64Array;
  /** [P] */
  readonly grad: Float64Array;
  /** [T], where the record has weights. */
  readonly weights?: Float64Array;
}

const one = { J: matrix, losses: row, weights: row.nullish(), grad: row };
const batches = { ...one, case: z.literal('three_batches'), J: z.array(matrix), losses: matrix };
const trace = { ...batches, case: z.literal('trace'), weights: matrix.nullish(), grad: matrix };

const recordSchema = z.union([
  z.object({ ...shared, ...one }).transform(({ J, losses, weights, grad, ...rest }) => ({
    ...rest,
    steps: [stepOf(J, losses, weights, grad)],
  })),
  z.object({ ...shared, ...batches }).transform(({ J, losses, weights, grad, ...rest }) => ({
    ...rest,
    steps: [stepOf(J.flat(), losses.flat(), weights, grad)],
  })),
  z.object({ ...shared, ...trace }).transform(({ J, losses, weights, grad, ...rest }) => ({
    ...rest,
    steps: grad.map((direction, k) => stepOf(J[k] ?? [], losses[k] ?? [], weights?.[k], direction)),
  })),
]);

function stepOf(
  jacobian: readonly (readonly number[])[],
  losses: readonly number[],
  weights: readonly number[] | null | undefined,
  grad: readonly number[],
): GoldenStep {
  return {
    losses: Float64Array.from(losses),
    jacobian: Float64Array.from(jacobian.flat()),
    grad: Float64Array.from(grad),
    ...(weights ? { weights: Float64Array.from(weights) } : {}),
  };
}

/** A record with its steps in a row: one, but for traces. */
export type GoldenRecord = z.infer<typeof recordSchema>;

/** All records of a golden file. Throws SyntaxError or ZodError where the text is none. */
export function parseGolden(text: string): GoldenRecord[] {
  return z.array(recordSchema).parse(JSON.parse(text));
}

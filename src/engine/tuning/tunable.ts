/**
 * Kernels that can be cut in several ways (variants). A kernel asks which way to use; until one has been found the fastest
 * here, that is the first of its candidates. The tuner times the others between steps. See docs/engine.md.
 */
import type { Machine } from '../kernels/tiles.ts';
import type * as tf from '../tf.ts';

/** A kernel with several variants. Problem and variant are plain data: their JSON is the key of what was found. */
export interface Tunable<Problem extends object, Variant extends object> {
  /** Part of the key under which winners are kept: change it when a variant changes its meaning. */
  readonly name: string;
  /** What is worth trying on this machine, at most six; the first is right and quick to compile everywhere. */
  candidates(problem: Problem, machine: Machine): readonly Variant[];
  /** Shapes and settings in a few words, such as "5×5, 10 → 20 channels, 12×12, batch 256". */
  describe(problem: Problem): string;
  /** The variant in a few words, such as "quads, 8 pixels × 16 channels". */
  describeVariant(variant: Variant): string;
  /** Floating-point operations of one run; a multiply-add counts two. */
  flops(problem: Problem): number;
  /** Shapes of the float32 operands, for runs on numbers that do not matter. */
  operands(problem: Problem): readonly number[][];
  /** Encodes one run on operands of these shapes and returns the result, which the caller owns. */
  run(
    backend: tf.WebGPUBackend,
    problem: Problem,
    variant: Variant,
    operands: readonly tf.TensorInfo[],
  ): tf.TensorInfo;
}

/** One use of a tunable kernel: what the tuner works on. */
export interface Use {
  readonly tunable: Tunable<object, object>;
  readonly problem: object;
  readonly machine: Machine;
}

const uses = new Map<string, Use>();
const winners = new Map<string, object>();

/** Tells uses apart: kernel, problem and machine. */
export function keyOf({ tunable, problem, machine }: Use): string {
  return `${tunable.name} ${JSON.stringify([machine, problem])}`;
}

/** Which variant a kernel is to use for a problem: the winner where there is one, else its first candidate. */
export function variantFor<Problem extends object, Variant extends object>(
  tunable: Tunable<Problem, Variant>,
  problem: Problem,
  machine: Machine,
): Variant {
  const use = { tunable: tunable as unknown as Use['tunable'], problem, machine };
  const key = keyOf(use);
  uses.set(key, use);
  // Kept under the kernel's own name, so it is a variant of its.
  const known = winners.get(key) as Variant | undefined;
  const variant = known ?? tunable.candidates(problem, machine)[0];
  if (!variant) throw new Error(`${tunable.name}: no variant for ${tunable.describe(problem)}`);
  winners.set(key, variant);
  return variant;
}

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
  /**
   * What is worth trying on this machine, at most six; the first is right and quick to compile everywhere. All should add
   * up in the same order: what rounds otherwise than the first is not used.
   */
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

/** A use as a recorded step contains it. */
export interface CountedUse extends Use {
  readonly key: string;
  /** The variant that was recorded. */
  readonly variant: object;
  /** How often the step runs it. */
  readonly count: number;
}

/** The variant of a use, and where it comes from. */
export interface Choice {
  readonly variant: object;
  readonly origin: 'only' | 'default' | 'tuned' | 'remembered';
  /** Of one run, where it was measured. */
  readonly milliseconds?: number;
}

/** A choice of an earlier session, as it was kept: nothing about it is certain. */
export type Recalled = (key: string) => unknown;

const choices = new Map<string, Choice>();
const rejections = new Map<string, readonly string[]>();
const recordings = new Set<Map<string, CountedUse>>();
let recall: Recalled = () => undefined;

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
  const { variant } = choiceFor(use, key);
  for (const recording of recordings) {
    const count = (recording.get(key)?.count ?? 0) + 1;
    recording.set(key, { ...use, key, variant, count });
  }
  // Kept under the kernel's own name, so it is a variant of its.
  return variant as Variant;
}

/** The uses of tunable kernels while `work` runs, in the order of their first, and what it returns. */
export function recordUses<Result>(work: () => Result): { result: Result; uses: readonly CountedUse[] } {
  const recording = new Map<string, CountedUse>();
  recordings.add(recording);
  try {
    const result = work();
    return { result, uses: [...recording.values()] };
  } finally {
    recordings.delete(recording);
  }
}

/** What is chosen for a use at the moment. */
export function choiceFor(use: Use, key = keyOf(use)): Choice {
  const known = choices.get(key);
  if (known) return known;
  const candidates = use.tunable.candidates(use.problem, use.machine);
  const [first] = candidates;
  if (!first) throw new Error(`${use.tunable.name}: no variant for ${use.tunable.describe(use.problem)}`);
  const choice = recalledChoice(recall(key), candidates) ?? {
    variant: first,
    origin: candidates.length > 1 ? ('default' as const) : ('only' as const),
  };
  choices.set(key, choice);
  return choice;
}

/** Uses another variant from the next step on that asks. */
export function choose(key: string, choice: Choice): void {
  choices.set(key, choice);
}

/** Notes why a variant of a use is out, in words. */
export function reject(key: string, reason: string): void {
  rejections.set(key, [...rejectedFor(key), reason]);
}

/** Why variants of a use are out: they did not compile, or computed something else. */
export function rejectedFor(key: string): readonly string[] {
  return rejections.get(key) ?? [];
}

/** Forgets all choices; from now on what `from` recalls comes before the first candidate. */
export function forgetChoices(from: Recalled = () => undefined): void {
  choices.clear();
  rejections.clear();
  recall = from;
}

/** What was kept may be of another version or not be ours at all: it only points at one of the candidates. */
function recalledChoice(kept: unknown, candidates: readonly object[]): Choice | undefined {
  if (typeof kept !== 'object' || kept === null || !('variant' in kept)) return undefined;
  const text = JSON.stringify(kept.variant);
  const variant = candidates.find((candidate) => JSON.stringify(candidate) === text);
  if (!variant) return undefined;
  const milliseconds = 'milliseconds' in kept ? kept.milliseconds : undefined;
  const isMeasured =
    typeof milliseconds === 'number' && milliseconds > 0 && milliseconds < Number.POSITIVE_INFINITY;
  return { variant, origin: 'remembered', ...(isMeasured ? { milliseconds } : {}) };
}

/**
 * How long a step is likely to take, from steps that were measured on the same adapter: of the same network, or of others by
 * their arithmetic. Numbers only: stores/pace.ts remembers what was measured.
 */
import { hashText } from '#lib/random.ts';
import type { DatasetInfo } from './dataset-info.ts';
import type { Experiment } from './schema.ts';
import { effectiveBatchSize } from './training.ts';

/** A step that was measured. */
export interface MeasuredStep {
  /** Of {@link stepKey}. */
  readonly key: string;
  /** From one step to the next. */
  readonly milliseconds: number;
  /** Floating-point operations of the step. */
  readonly flops: number;
  /** In a run, or in a few steps that were timed for it. */
  readonly origin: 'run' | 'timed';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What a validation image took in such a run, in milliseconds; absent where none was validated. */
  readonly perImage?: number;
}

/** What an estimate of a step's time rests on. */
export interface StepEstimate {
  readonly milliseconds: number;
  /** The same step, measured; or another network's, by its FLOP/s. */
  readonly basis: 'measured' | 'scaled';
  /** What it was taken from. */
  readonly from: MeasuredStep;
  /** The time may well be so many times more or less. */
  readonly factor: number;
}

/** All that a step's time depends on, but for the adapter: shapes, batch, multi-task method, optimiser, augmentation. */
export function stepKey(experiment: Experiment, info: DatasetInfo): string {
  const { trunk, heads, tasks, strategy, training, augmentation } = experiment;
  const outputs = tasks.map(({ id, kind, column }) => {
    const found = info.columns.find((each) => each.id === column);
    return [kind, heads[id], found && ('classes' in found ? found.classes.length : found.names.length)];
  });
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const method = [strategy.kind, strategy.gradients];
  const shapes = [info.image, trunk, outputs, batch, method, training.optimiser.kind, augmentation];
  return hashText(JSON.stringify(shapes)).toString(36);
}

/** How far a measured time may be off, and one that is scaled from a network of as much arithmetic. */
const spread = { measured: 1.3, scaled: 2 } as const;
/** A network of a tenth of the arithmetic, or ten times as much, is half as good a guide. */
const spreadPerDecade = 2;

/**
 * The likely time of a step; null where nothing was measured on the adapter. From another network it is by its FLOP/s, the one
 * with the most similar arithmetic, and the latest of those.
 */
export function estimateStep(
  measured: readonly MeasuredStep[],
  key: string,
  flops: number,
): StepEstimate | null {
  const same = measured.filter((each) => each.key === key).toSorted((a, b) => b.at - a.at)[0];
  if (same)
    return { milliseconds: same.milliseconds, basis: 'measured', from: same, factor: spread.measured };
  const decades = ({ flops: other }: MeasuredStep) => Math.abs(Math.log10(other / flops));
  const nearest = measured.toSorted((a, b) => decades(a) - decades(b) || b.at - a.at)[0];
  if (!nearest) return null;
  return {
    milliseconds: (nearest.milliseconds * flops) / nearest.flops,
    basis: 'scaled',
    from: nearest,
    factor: spread.scaled * spreadPerDecade ** decades(nearest),
  };
}

/** Steps and evaluations of a run, or of what is left of it. */
export interface RunWork {
  readonly steps: number;
  /** Images evaluated in all validations and the test. */
  readonly images: number;
}

/** Evaluations that are left: one after every `every` steps and after the last, then the test. */
export function workLeft(
  step: number,
  total: number,
  every: number,
  { validation, test }: DatasetInfo['counts'],
): RunWork {
  const validations =
    Math.floor(total / every) - Math.floor(step / every) + (total % every > 0 && step < total ? 1 : 0);
  return {
    steps: Math.max(0, total - step),
    images: Math.max(0, validations) * validation + (step < total ? test : 0),
  };
}

/** Seconds of a run: the steps, and the images that are evaluated on the way. */
export function secondsOf({ steps, images }: RunWork, stepMilliseconds: number, perImage: number): number {
  return (steps * stepMilliseconds + images * perImage) / 1000;
}

/**
 * The learning-rate range test: the rate rises exponentially from step to step until the loss diverges, and the curve of
 * loss over rate tells which rates train (Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017; when to
 * stop and what to suggest as in fastai and PyTorch Lightning). Numbers only: engine/range-test.ts trains.
 */
import { z } from 'zod';
import type { Optimiser } from './training.ts';

const anyRate = z.number().gt(0).max(100);

/** From which rate to which, in how many steps. */
export const rateRangeSchema = z
  .strictObject({
    low: anyRate.default(1e-6).meta({ title: 'From' }),
    high: anyRate.default(1).meta({ title: 'To' }),
    steps: z.int().min(10).max(1000).default(100).meta({ title: 'Steps' }),
  })
  .refine(({ low, high }) => low < high, {
    path: ['high'],
    message: 'must be above the rate to begin with',
  });
export type RateRange = z.infer<typeof rateRangeSchema>;

/** A range that begins where nothing happens and ends where an optimiser seldom trains any more. */
export function usualRange({ kind }: Pick<Optimiser, 'kind'>): RateRange {
  return rateRangeSchema.parse(kind === 'sgd' ? { low: 1e-5, high: 10 } : {});
}

/** The rate of a step, counted from 0: each is the one before times the same factor. */
export function rateInRange({ low, high, steps }: RateRange, step: number): number {
  return low * (high / low) ** (step / (steps - 1));
}

/** One step of the test. */
export interface RangePoint {
  readonly rate: number;
  /** By task, in the order of the experiment; NaN where the batch had no label of it. */
  readonly losses: readonly number[];
}

/** The mean of the losses that are there: what the test judges by. NaN or infinite where one of them broke down. */
export function meanLossOf({ losses }: RangePoint): number {
  const known = losses.filter((loss) => !Number.isNaN(loss));
  return known.reduce((sum, loss) => sum + loss, 0) / known.length;
}

/** How far smoothing reaches, in decades of the rate: there a loss weighs 1/e of one in the middle. */
const reach = 0.2;
/** The loss has diverged at so many times its best. */
const diverged = 4;

const weightAt = (one: number, other: number) => Math.exp(-Math.abs(Math.log10(one / other)) / reach);

/** The lowest that the running mean has come to, and whether it went up to four times as much; no number is the end, too. */
function courseOf(rates: readonly number[], losses: readonly number[]) {
  let [sum, weights, best] = [0, 0, Infinity];
  for (const [i, loss] of losses.entries()) {
    if (!Number.isFinite(loss)) return { best, hasDiverged: true };
    const fading = i === 0 ? 0 : weightAt(rates[i] ?? 1, rates[i - 1] ?? 1);
    sum = fading * sum + loss;
    weights = fading * weights + 1;
    const mean = sum / weights;
    if (mean > diverged * best) return { best, hasDiverged: true };
    best = Math.min(best, mean);
  }
  return { best, hasDiverged: false };
}

/** Whether the test may end: the running mean is more than four times its best, or is no number any more. */
export function hasDiverged(points: readonly RangePoint[]): boolean {
  return courseOf(ratesOf(points), points.map(meanLossOf)).hasDiverged;
}

const ratesOf = (points: readonly RangePoint[]) => points.map(({ rate }) => rate);

/**
 * Losses smoothed to both sides, so that nothing comes later than it was: weights fall by e with every fifth of a decade. What
 * rose beyond four times the best counts as that much, or the end would raise all that came before. NaN where there is nothing.
 * @param losses of the points, of the mean or of a task
 */
export function smoothedLosses(points: readonly RangePoint[], losses: readonly number[]): number[] {
  const rates = ratesOf(points);
  const most = diverged * courseOf(rates, losses).best;
  const lowest = losses.indexOf(Math.min(...losses.filter((loss) => !Number.isNaN(loss))));
  const capped = losses.map((loss, i) => (i > lowest ? Math.min(loss, most) : loss)); // NaN stays NaN
  return rates.map((rate) => {
    let [sum, weights] = [0, 0];
    for (const [j, loss] of capped.entries()) {
      if (Number.isNaN(loss)) continue;
      const weight = weightAt(rate, rates[j] ?? rate);
      sum += weight * loss;
      weights += weight;
    }
    return weights > 0 ? sum / weights : Number.NaN;
  });
}

/** What a finished test suggests. */
export interface RateSuggestion {
  /** Where the smoothed loss falls the fastest over the logarithm of the rate. */
  readonly steepest: number | null;
  /** A tenth of the rate at which the smoothed loss was lowest; null where it was still falling at the end. */
  readonly tenthOfLowest: number | null;
  /** Why there is nothing, or not all, in a sentence; null where all is there. */
  readonly reason: string | null;
}

/** The first steps are left out: their losses are mostly noise. */
const skippedShare = 0.1;
const nothing = { steepest: null, tenthOfLowest: null };

const twoDigits = (value: number) => Number(value.toPrecision(2));

/** Root of the mean square of what smoothing took away. */
function scatterOf(losses: readonly number[], smooth: readonly number[]): number {
  const squares = losses.map((loss, i) => (loss - (smooth[i] ?? loss)) ** 2);
  return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
}

/** The rates that a test suggests, to two digits. */
export function suggestRates(points: readonly RangePoint[]): RateSuggestion {
  const sound = points.filter((point) => Number.isFinite(meanLossOf(point)));
  const losses = sound.map(meanLossOf);
  const skipped = Math.floor(skippedShare * sound.length);
  if (sound.length < 10)
    return { ...nothing, reason: 'The loss broke down within ten steps: begin with a lower rate.' };
  const smooth = smoothedLosses(sound, losses);
  const at = (i: number) => smooth[i] ?? Number.NaN;
  const rateAt = (i: number) => sound[i]?.rate ?? Number.NaN;
  const lowest = smooth.reduce((least, value, i) => (value < at(least) ? i : least), 0);
  const fall = Math.max(...smooth.slice(0, lowest + 1)) - at(lowest);
  const scatter = scatterOf(losses.slice(0, lowest + 1), smooth);
  if (lowest <= skipped || fall <= scatter)
    return { ...nothing, reason: 'The loss did not fall by more than its own scatter at any rate.' };
  let steepest = skipped + 1;
  for (let i = steepest; i < lowest; i++)
    if (at(i + 1) - at(i - 1) < at(steepest + 1) - at(steepest - 1)) steepest = i;
  const stillFalls = lowest === sound.length - 1 && !hasDiverged(points);
  return {
    steepest: twoDigits(rateAt(steepest)),
    tenthOfLowest: stillFalls ? null : twoDigits(rateAt(lowest) / 10),
    reason: stillFalls ? 'The loss was still falling at the end: try up to a higher rate.' : null,
  };
}

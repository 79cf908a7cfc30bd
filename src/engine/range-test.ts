/** A learning-rate range test on the device: what experiment/rate-range.ts judges. */
import { hasDiverged, rateInRange, type RangePoint, type RateRange } from '#experiment/rate-range.ts';
import { Rehearsal, type RehearsalOptions } from './rehearsal.ts';

export interface RangeTestOptions extends Omit<RehearsalOptions, 'rates'> {
  readonly range: RateRange;
  /** Gets the points as they come, in order. */
  readonly onPoints: (points: readonly RangePoint[]) => void;
  /** Ends it where aborted; it then rejects with the reason. */
  readonly signal: AbortSignal;
}

/**
 * Trains with a rate that rises from step to step, until it diverges or the range is through. Augmentation, clipping and the
 * multi-task method are those of the experiment; its schedule and warm-up are not.
 * @returns all points, up to the one with which it ended
 */
export async function testRange(options: RangeTestOptions): Promise<readonly RangePoint[]> {
  const { range, experiment, checkpoint, onPoints, signal } = options;
  const start = checkpoint?.step ?? 0;
  const points: RangePoint[] = [];
  const rehearsal = await Rehearsal.open({
    ...options,
    rates: (step) => rateInRange(range, Math.max(0, Math.min(step - start, range.steps - 1))),
  });
  try {
    while (points.length < range.steps && !rehearsal.isBroken) {
      signal.throwIfAborted();
      const rows = await rehearsal.advance(range.steps - points.length);
      const fresh = pointsOf(rows, rehearsal.columns, experiment.tasks.length);
      const known = points.length;
      for (const point of fresh) {
        points.push(point);
        if (hasDiverged(points)) break;
      }
      onPoints(points.slice(known));
      if (hasDiverged(points)) break;
    }
    return points;
  } finally {
    rehearsal.dispose();
  }
}

function pointsOf(rows: Float32Array, columns: readonly string[], tasks: number): RangePoint[] {
  const first = columns.findIndex((name) => name.startsWith('loss/'));
  const rate = columns.indexOf('learningRate');
  return Array.from({ length: rows.length / columns.length }, (_, i) => {
    const row = rows.subarray(i * columns.length, (i + 1) * columns.length);
    return { rate: row[rate] ?? Number.NaN, losses: [...row.subarray(first, first + tasks)] };
  });
}

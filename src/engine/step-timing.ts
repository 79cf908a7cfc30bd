/** How long a training step takes, from a few real ones. */
import { Rehearsal, type RehearsalOptions } from './rehearsal.ts';
import type { StepTiming } from './types.ts';

/** Steps before the clock starts: the first records and compiles. */
const warmUp = 2;
/** Timed for at least so many steps and seconds, unless they take too long. */
const least = { steps: 5, milliseconds: 300 } as const;
const patience = 10_000;

/**
 * Times a few steps on the weights that an experiment begins with.
 * @param signal ends it where aborted; it then rejects with the reason
 */
export async function timeSteps(options: RehearsalOptions, signal: AbortSignal): Promise<StepTiming> {
  const rehearsal = await Rehearsal.open(options);
  const width = rehearsal.columns.length;
  try {
    for (let i = 0; i < warmUp && !rehearsal.isBroken; i++) await rehearsal.advance(1);
    const begin = performance.now();
    let steps = 0;
    for (;;) {
      signal.throwIfAborted();
      if (rehearsal.isBroken) throw new Error('Training breaks down within its first steps.');
      steps += (await rehearsal.advance(64)).length / width;
      const milliseconds = performance.now() - begin;
      const isEnough = steps >= least.steps && milliseconds >= least.milliseconds;
      if (isEnough || milliseconds >= patience) return { milliseconds: milliseconds / steps, steps };
    }
  } finally {
    rehearsal.dispose();
  }
}

/** When a run measures the gradients of its tasks beside training, and what is told of it. */
import { pairCount } from '#lib/gramian.ts';
import type { Assembly } from './assembly.ts';
import type { Measured } from './conflict-probe.ts';
import type { Reports } from './reports.ts';
import type { RunOptions } from './run-options.ts';

export class ConflictWatch {
  /** Steps from one measurement to the next; null: none are made. */
  every: number | null;
  readonly #onEvent: RunOptions['onEvent'];

  constructor({ watchEvery = null, onEvent }: Pick<RunOptions, 'watchEvery' | 'onEvent'>) {
    this.every = watchEvery;
    this.#onEvent = onEvent;
  }

  /** Steps to train before the next measurement. */
  stepsLeft(step: number): number {
    return this.every === null ? Infinity : this.every - (step % this.every);
  }

  /**
   * Between two submits: measures where that is due and the kernels are compiled, which begins with the first call. Waits
   * for nothing.
   */
  turn({ probe, trainer }: Pick<Assembly, 'probe' | 'trainer'>, reports: Reports, totalSteps: number): void {
    const { step, measures } = trainer;
    if (!probe || this.every === null) return;
    if (!probe.isReady) return void probe.prepare();
    if (step % this.every !== 0 || step >= totalSteps) return;
    reports.beside(
      () => probe.measure(),
      (measured, milliseconds) => {
        if (!measures) reports.addGramian([step + 1, 1, ...sumOverLayers(measured)]);
        this.#onEvent({ type: 'layer-gramians', measured: { ...measured, milliseconds } });
      },
    );
  }
}

/** Inner products by all parameters of the trunk, [T(T+1)/2]. */
function sumOverLayers({ gramians, losses }: Measured): number[] {
  const pairs = pairCount(losses.length);
  return Array.from({ length: pairs }, (_, pair) =>
    gramians.reduce((sum, product, at) => (at % pairs === pair ? sum + product : sum), 0),
  );
}

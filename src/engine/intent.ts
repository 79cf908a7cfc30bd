/** What is wanted of a run: to train on, a step, or nothing; how far; and the end of a wait once that is something else. */
import { goalAfter } from './run-options.ts';

export class Intent {
  wanted: 'run' | 'step' | 'pause' = 'pause';
  /** Pauses by itself after this step. */
  pauseAt: number | undefined;
  #wake: (() => void) | undefined;

  /** No more steps, and no more waiting for them. */
  stop(): void {
    this.wanted = 'pause';
    this.#wake?.();
  }

  /** Waits until something has come, or nothing is wanted any more. */
  wait(arrival: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      arrival.then(resolve, reject);
    });
  }

  /**
   * Steps for the next submit: no more than until something else is due.
   * @param run steps done, and in all
   * @param most that may be submitted at once
   */
  count(run: { step: number; totalSteps: number }, validateEvery: number, most: number): number {
    const { step, totalSteps } = run;
    if (this.wanted === 'step') return 1;
    const untilValidation = validateEvery - (step % validateEvery);
    const left = goalAfter(step, totalSteps, this.pauseAt) - step;
    return Math.min(most, untilValidation, left);
  }

  /** Some steps are about to be submitted, after which so many are done. */
  take(done: number): void {
    if (this.wanted === 'step' || done === this.pauseAt) this.wanted = 'pause';
  }
}

/** The best weights of a run, kept on the device: by the mean of the validation losses and by each task's own. */
import { copyWeights, disposeWeights, type Weights } from './parameters.ts';
import type { Evaluation } from './types.ts';

/** Weights of one moment, freed when no one holds them any more. */
export class Snapshot {
  readonly step: number;
  readonly weights: Weights;
  #holders = 1;

  constructor(step: number, weights: Weights) {
    this.step = step;
    this.weights = copyWeights(weights);
  }

  /** One more holder, who calls `release` too. */
  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) disposeWeights(this.weights);
  }
}

/** The key of the best by the mean; the other keys are task ids. A task of that name gives way. */
export const byMean = 'mean';

export class BestSnapshots {
  readonly #best = new Map<string, { loss: number; snapshot: Snapshot }>();

  /** Holds the weights that were evaluated for whatever they are the best at so far. Returns whether that was anything. */
  offer(evaluation: Evaluation, snapshot: Snapshot): boolean {
    const losses = Object.entries(evaluation.tasks).map(([id, { loss }]) => [id, loss] as const);
    const all = new Map([...losses, [byMean, evaluation.meanLoss]]);
    const better = Array.from(all).filter(([key, loss]) => loss < (this.#best.get(key)?.loss ?? Infinity));
    for (const [key, loss] of better) {
      this.#best.get(key)?.snapshot.release();
      this.#best.set(key, { loss, snapshot: snapshot.hold() });
    }
    return better.length > 0;
  }

  /** The best at something; undefined before the first validation. */
  get(key: string): Snapshot | undefined {
    return this.#best.get(key)?.snapshot;
  }

  /** Steps of the best weights by key. */
  get steps(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#best, ([key, { snapshot }]) => [key, snapshot.step]));
  }

  dispose(): void {
    for (const { snapshot } of this.#best.values()) snapshot.release();
    this.#best.clear();
  }
}

/** The best weights of a run, kept on the device: by the mean of the validation losses and by each task's own. */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { digestOf } from '#lib/digest.ts';
import { copyWeights, createParameters, disposeWeights, readWeights, type Weights } from './parameters.ts';
import type { BestWeights, Evaluation, NamedTensor } from './types.ts';

/** Weights of one moment, freed when no one holds them any more. */
export class Snapshot {
  readonly step: number;
  readonly weights: Weights;
  #holders = 1;
  #onHost: Promise<NamedTensor[]> | undefined;
  #digest: Promise<string> | undefined;

  constructor(step: number, weights: Weights) {
    this.step = step;
    this.weights = copyWeights(weights);
  }

  /** One more holder, who calls `release` too. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /** In PyTorch's form; read once, since it never changes. */
  read(specs: readonly ParameterSpec[]): Promise<NamedTensor[]> {
    this.#onHost ??= readWeights(specs, this.weights);
    return this.#onHost;
  }

  /** Of all its numbers; reckoned once. */
  digest(specs: readonly ParameterSpec[]): Promise<string> {
    this.#digest ??= this.read(specs).then((tensors) => digestOf(tensors.map(({ values }) => values)));
    return this.#digest;
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

  /** All of them on the host, as they are at the call. */
  read(specs: readonly ParameterSpec[]): Promise<BestWeights[]> {
    const losses = new Map<Snapshot, Record<string, number>>();
    for (const [key, { loss, snapshot }] of this.#best)
      losses.set(snapshot, { ...losses.get(snapshot), [key]: loss });
    return Promise.all(
      Array.from(losses, async ([snapshot, ofIt]) => {
        const [tensors, digest] = await Promise.all([snapshot.read(specs), snapshot.digest(specs)]);
        return { step: snapshot.step, losses: ofIt, digest, tensors };
      }),
    );
  }

  /** Takes the place of what was held before. */
  write(specs: readonly ParameterSpec[], best: readonly BestWeights[]): void {
    this.dispose();
    for (const { step, losses, tensors } of best) {
      const weights = createParameters(specs, 0, tensors);
      const snapshot = new Snapshot(step, weights);
      disposeWeights(weights);
      for (const [key, loss] of Object.entries(losses))
        this.#best.set(key, { loss, snapshot: snapshot.hold() });
      snapshot.release();
    }
  }

  dispose(): void {
    for (const { snapshot } of this.#best.values()) snapshot.release();
    this.#best.clear();
  }
}

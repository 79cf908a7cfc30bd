/** A network on the device with its data: evaluates, predicts, and hands out its weights of now or the best ones. */
import type { Dataset } from '#data/dataset.ts';
import type { SplitName } from '#experiment/dataset-info.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import { infer, scoreSplit } from './evaluation.ts';
import { disposeImages, residentImages } from './kernels/batch.ts';
import { disposeWeights, readWeights, type Variables } from './parameters.ts';
import type { ResidentDataset } from './resident.ts';
import { BestSnapshots, byMean, Snapshot } from './snapshots.ts';
import * as tf from './tf.ts';
import type { Evaluation, WeightsChoice, WeightsSnapshot } from './types.ts';

/** Images taken at a time at least; without a backward pass even a small adapter takes these. */
const smallestBatch = 64;

export interface NetworkOptions {
  readonly plan: NetworkPlan;
  readonly dataset: Dataset;
  readonly resident: ResidentDataset;
  /** The weights in training; freed with the network. */
  readonly weights: Variables;
  readonly batchSize: number;
}

export class Network {
  readonly best = new BestSnapshots();
  readonly #options: NetworkOptions;
  readonly #ending = new AbortController();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Whether a part of the data has images. */
  has(split: SplitName): boolean {
    return this.#options.resident.indices.has(split);
  }

  /**
   * The chosen weights, held while training goes on; the caller releases them. Before the first validation the best are
   * those of now.
   * @param step steps that the weights of now were trained for
   */
  hold(choice: WeightsChoice, step: number): Snapshot {
    const key = choice === 'best' ? byMean : choice === 'last' ? undefined : choice.bestOf;
    const best = key === undefined ? undefined : this.best.get(key);
    return best?.hold() ?? new Snapshot(step, this.#options.weights);
  }

  /** Raw outputs and scores of a part of the data. Throws where it has no images. */
  async evaluate(
    split: SplitName,
    { weights, step }: Snapshot,
    onProgress: (done: number, total: number) => void,
  ): Promise<Omit<Evaluation, 'seconds'>> {
    const { plan, dataset, resident } = this.#options;
    const indices = resident.indices.get(split);
    if (!indices) throw new Error(`The data set has no images in its ${split} part.`);
    const { images } = resident;
    const outputs = await infer({ ...this.#common, weights, images, indices, onProgress });
    return { split, step, ...scoreSplit(plan, dataset, split, outputs), outputs };
  }

  /**
   * Outputs by task id, [count, outputs].
   * @param pixels [count, height, width, channels], 0…255, of the data set's size
   */
  async predict(pixels: Uint8Array, { weights }: Snapshot): Promise<Record<string, Float32Array>> {
    const images = residentImages(pixels, this.#options.dataset.info.image);
    const indices = tf.range(0, images.count, 1, 'int32');
    try {
      return await infer({ ...this.#common, weights, images, indices });
    } finally {
      indices.dispose();
      disposeImages(images);
    }
  }

  /** Weights in PyTorch's form. */
  async read({ weights, step }: Snapshot): Promise<WeightsSnapshot> {
    const { plan, resident } = this.#options;
    const tensors = await readWeights(plan.parameters, weights);
    return { step, normalisation: resident.normalise, tensors };
  }

  /** Ends what is going on, by rejecting it. */
  end(): void {
    this.#ending.abort(new Error('The run has ended.'));
  }

  get hasEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  dispose(): void {
    this.best.dispose();
    disposeWeights(this.#options.weights);
  }

  get #common() {
    const { plan, resident, batchSize } = this.#options;
    return {
      plan,
      normalise: resident.normalise,
      batchSize: Math.max(smallestBatch, batchSize),
      signal: this.#ending.signal,
    };
  }
}

/** A network on the device with its data: evaluates, predicts, and hands out its weights of now or the best ones. */
import type { Dataset } from '#data/dataset.ts';
import type { SplitName } from '#experiment/dataset-info.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Arena } from './capture/arena.ts';
import { evaluationBatch, infer, scoreSplit, type BatchSource } from './evaluation.ts';
import { Inference } from './inference.ts';
import { disposeImages, residentImages, type ResidentImages } from './kernels/batch.ts';
import { disposeWeights, readWeights, type Variables } from './parameters.ts';
import { openPart, type Part } from './part.ts';
import type { ResidentDataset } from './resident.ts';
import { BestSnapshots, byMean, Snapshot } from './snapshots.ts';
import * as tf from './tf.ts';
import type { Evaluation, WeightsChoice, WeightsSnapshot } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

export interface NetworkOptions {
  readonly plan: NetworkPlan;
  readonly dataset: Dataset;
  readonly resident: ResidentDataset;
  /** The weights in training; freed with the network. */
  readonly weights: Variables;
  readonly batchSize: number;
  /** Where recorded passes may work. */
  readonly arena: Arena | undefined;
}

export class Network {
  readonly best = new BestSnapshots();
  readonly #options: NetworkOptions;
  readonly #ending = new AbortController();
  /** Those that recorded passes read. */
  readonly #parts = new Map<SplitName, Part>();
  #inference: Inference | undefined;

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
    const { plan, dataset } = this.#options;
    const recorded = this.#recorded;
    const part = this.#partOf(split, recorded !== undefined);
    const following = { onProgress, signal: this.#ending.signal };
    try {
      const outputs = await (recorded?.run(split, part.source, weights, following) ??
        infer(plan, weights, part.source, following));
      return { split, step, ...scoreSplit(plan, dataset, split, outputs), outputs };
    } finally {
      if (!recorded) part.dispose();
    }
  }

  /**
   * Outputs by task id, [count, outputs].
   * @param pixels [count, height, width, channels], 0…255, of the data set's size
   */
  async predict(pixels: Uint8Array, { weights }: Snapshot): Promise<Record<string, Float32Array>> {
    const images = residentImages(pixels, this.#options.dataset.info.image);
    const indices = tf.range(0, images.count, 1, 'int32');
    try {
      const source = this.#sourceOf(images, indices);
      return await infer(this.#options.plan, weights, source, { signal: this.#ending.signal });
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
    this.#inference?.dispose();
    for (const part of this.#parts.values()) part.dispose();
    disposeWeights(this.#options.weights);
  }

  /**
   * A part of the data. Throws where it has no images.
   * @param isKept for recorded passes, which wait for one another and read the same room again and again
   */
  #partOf(split: SplitName, isKept: boolean): Part {
    const { resident, batchSize } = this.#options;
    const part = this.#parts.get(split) ?? openPart(resident, split, batchSize);
    if (!part) throw new Error(`The data set has no images in its ${split} part.`);
    if (isKept) this.#parts.set(split, part);
    return part;
  }

  #sourceOf(images: ResidentImages, indices: tf.Tensor1D): BatchSource {
    const { resident, batchSize } = this.#options;
    const { normalise } = resident;
    return { images, indices, normalise, batchSize: evaluationBatch(batchSize, indices.size) };
  }

  /** Recorded passes over the data; undefined without WebGPU. */
  get #recorded(): Inference | undefined {
    const { arena, plan, weights } = this.#options;
    const backend = webgpuBackend();
    if (backend && arena) this.#inference ??= new Inference(backend, arena, plan, weights);
    return this.#inference;
  }
}

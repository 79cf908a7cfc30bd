/**
 * Forward passes over the parts of a data set, again and again: each recorded once, on weights into which those to be
 * evaluated are copied, and replayed from then on. They may share their arena with the training step.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Arena } from './capture/arena.ts';
import { Capture } from './capture/capture.ts';
import { flush } from './webgpu/queue.ts';
import { encodeBatch, outputsByTask, type BatchSource, type Following } from './evaluation.ts';
import type { Weights } from './parameters.ts';
import * as tf from './tf.ts';
import { copyInto } from './webgpu/copy-into.ts';
import { overwrite } from './webgpu/overwrite.ts';

export class Inference {
  readonly #backend: tf.WebGPUBackend;
  readonly #arena: Arena;
  readonly #plan: NetworkPlan;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  /** Number of the batch: int32 [1]. */
  readonly #batch: tf.Variable;
  readonly #captures = new Map<SplitName, Capture>();
  /** The last use, after which the next may begin: they share weights. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param like weights of the same shapes */
  constructor(backend: tf.WebGPUBackend, arena: Arena, plan: NetworkPlan, like: Weights) {
    this.#backend = backend;
    this.#arena = arena;
    this.#plan = plan;
    this.#weights = new Map(
      Array.from(like, ([name, { shape }]) => [name, tf.tidy(() => tf.variable(tf.zeros(shape), false))]),
    );
    this.#batch = tf.tidy(() => tf.variable(tf.zeros([1], 'int32'), false));
  }

  /**
   * Raw outputs by task id with these weights, [samples, outputs of the task]. Uses wait for one another.
   * @param source the same for every use of a part
   */
  run(
    split: SplitName,
    source: BatchSource,
    weights: Weights,
    following: Following,
  ): Promise<Record<string, Float32Array>> {
    const use = this.#last.then(() => {
      const pairs = Array.from(this.#weights, ([name, own]) => [weights.get(name), own] as const);
      copyInto(
        this.#backend,
        pairs.flatMap(([from, to]) => (from ? [[from, to] as const] : [])),
      );
      const capture = this.#captureOf(split, source);
      return outputsByTask(this.#plan, source, (batch) => this.#forward(capture, batch), following);
    });
    this.#last = use.catch(() => {});
    return use;
  }

  dispose(): void {
    for (const capture of this.#captures.values()) capture.forget();
    tf.dispose([this.#batch, ...this.#weights.values()]);
  }

  #captureOf(split: SplitName, source: BatchSource): Capture {
    const known = this.#captures.get(split);
    if (known) return known;
    const capture = new Capture(this.#backend, this.#arena, () => [
      tf.tidy(() => encodeBatch(this.#plan, this.#weights, source, this.#batch, 0)),
    ]);
    this.#captures.set(split, capture);
    return capture;
  }

  /** The outputs of one batch, laid side by side: [batch, outputs of all tasks]. */
  async #forward(capture: Capture, batch: number): Promise<Float32Array> {
    overwrite(this.#backend, this.#batch, Int32Array.of(batch));
    capture.record();
    const { plan } = capture;
    if (!plan) {
      const [outputs] = capture.run();
      if (!outputs) throw new Error('Inference: a pass without outputs');
      try {
        return await outputs.data<'float32'>();
      } finally {
        outputs.dispose();
      }
    }
    const { device, queue } = this.#backend;
    const [output] = plan.outputs;
    if (!output) throw new Error('Inference: a plan without outputs');
    flush(this.#backend);
    const encoder = device.createCommandEncoder();
    plan.encode(encoder);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = device.createBuffer({ size: output.size, usage });
    encoder.copyBufferToBuffer(output.buffer, 0, staging, 0, output.size);
    queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return new Float32Array(staging.getMappedRange().slice(0));
    } finally {
      staging.destroy();
    }
  }
}

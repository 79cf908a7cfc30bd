/**
 * Forward passes over one part of the data, again and again: recorded once, on weights of its own into which those to be
 * evaluated are copied, and replayed from then on. It may share its arena with the training step.
 */
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Arena } from './capture/arena.ts';
import { Capture } from './capture/capture.ts';
import { flush } from './capture/recorder.ts';
import { encodeBatch, outputsByTask, type BatchSource, type Following } from './evaluation.ts';
import type { Weights } from './parameters.ts';
import * as tf from './tf.ts';
import { copyInto } from './webgpu/copy-into.ts';
import { overwrite } from './webgpu/overwrite.ts';

export class Inference {
  readonly #backend: tf.WebGPUBackend;
  readonly #plan: NetworkPlan;
  readonly #source: BatchSource;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  /** Number of the batch: int32 [1]. */
  readonly #batch: tf.Variable;
  readonly #capture: Capture;
  /** The last use, after which the next may begin: they share weights. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param like weights of the same shapes */
  constructor(
    backend: tf.WebGPUBackend,
    arena: Arena,
    plan: NetworkPlan,
    source: BatchSource,
    like: Weights,
  ) {
    this.#backend = backend;
    this.#plan = plan;
    this.#source = source;
    this.#weights = new Map(
      Array.from(like, ([name, { shape }]) => [name, tf.tidy(() => tf.variable(tf.zeros(shape), false))]),
    );
    this.#batch = tf.tidy(() => tf.variable(tf.zeros([1], 'int32'), false));
    this.#capture = new Capture(backend, arena, () => [
      tf.tidy(() => encodeBatch(plan, this.#weights, source, this.#batch, 0)),
    ]);
  }

  /** Raw outputs by task id with these weights, [samples, outputs of the task]. Uses wait for one another. */
  run(weights: Weights, following: Following): Promise<Record<string, Float32Array>> {
    const use = this.#last.then(() => {
      const pairs = Array.from(this.#weights, ([name, own]) => [weights.get(name), own] as const);
      copyInto(
        this.#backend,
        pairs.flatMap(([from, to]) => (from ? [[from, to] as const] : [])),
      );
      return outputsByTask(this.#plan, this.#source, (batch) => this.#forward(batch), following);
    });
    this.#last = use.catch(() => {});
    return use;
  }

  dispose(): void {
    this.#capture.forget();
    tf.dispose([this.#batch, ...this.#weights.values()]);
  }

  /** The outputs of one batch, laid side by side: [batch, outputs of all tasks]. */
  async #forward(batch: number): Promise<Float32Array> {
    overwrite(this.#backend, this.#batch, Int32Array.of(batch));
    const { plan } = this.#capture;
    if (!plan) {
      const [outputs] = this.#capture.run();
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

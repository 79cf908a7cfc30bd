/**
 * The gradients of the tasks, measured beside training: their inner products by the parameters of each layer of the trunk,
 * for the batch that the next step will train on. It is a pass of its own that leaves everything as it is: weights, running
 * statistics, optimiser, method and counters. On WebGPU it is recorded and replayed like the step, in the same buffers.
 */
import { pairsOf } from '#lib/gramian.ts';
import type { Arena } from './capture/arena.ts';
import { Capture } from './capture/capture.ts';
import { gramian } from './kernels/gramian.ts';
import { LiveTensor } from './live-tensor.ts';
import { passThrough, trainedOf, type Course } from './network-pass.ts';
import type { TrainingStep } from './step.ts';
import { backward, taped } from './tape.ts';
import * as tf from './tf.ts';
import type { LayerGramians } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';
import { flush } from './webgpu/queue.ts';

export interface ProbeSettings extends Course {
  /** The step whose batches it looks at. */
  readonly trainer: Pick<TrainingStep, 'step' | 'next' | 'uses'>;
  /** Where a recorded measurement may work. */
  readonly arena: Arena | undefined;
}

/** What is measured; how long that took is known to whoever waited for it. */
export type Measured = Omit<LayerGramians, 'milliseconds'>;

/** A layer of the trunk with parameters that train. */
interface Layer {
  readonly path: string;
  readonly parameters: readonly tf.Variable[];
}

/** How it runs on WebGPU. */
interface Replay {
  readonly backend: tf.WebGPUBackend;
  readonly capture: Capture;
  /** Buffers to read from that no measurement is using. */
  readonly free: GPUBuffer[];
}

export class ConflictProbe {
  readonly #settings: ProbeSettings;
  readonly #layers: readonly Layer[];
  /** By which each task's loss is differentiated as it is. */
  readonly #ones: LiveTensor;
  readonly #replay: Replay | undefined;
  /** Kernels of the step when this was recorded: with other variants of them, it is recorded anew. */
  #uses: unknown;
  #compiling: Promise<void> | undefined;
  #isReady: boolean;

  constructor(settings: ProbeSettings) {
    const { plan, weights } = settings;
    this.#settings = settings;
    this.#layers = plan.trunk
      .map((layer) => ({ path: layer.path, parameters: trainedOf([layer], weights) }))
      .filter(({ parameters }) => parameters.length > 0);
    this.#ones = new LiveTensor(new Float32Array(plan.heads.length).fill(1));
    this.#replay = this.#prepareReplay();
    this.#isReady = !this.#replay;
  }

  /** Whether its kernels are compiled, so that measuring keeps nobody waiting. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Compiles them in the background; asked for again, does nothing. Where one does not compile, it is never ready. */
  prepare(): Promise<void> {
    this.#compiling ??= this.#compile().catch(() => {});
    return this.#compiling;
  }

  /** Measures, between two steps. Rejects where the device is lost. */
  async measure(): Promise<Measured> {
    const { step } = this.#settings.trainer;
    const [report, ...products] = await (this.#replay ? this.#onWebgpu(this.#replay) : this.#run());
    const { length: tasks } = this.#settings.plan.heads;
    const pairs = pairsOf(tasks).map(([i, j]) => i * tasks + j);
    return {
      step,
      layers: this.#layers.map(({ path }) => path),
      gramians: Float32Array.from(
        products.flatMap((product) => pairs.map((place) => product[place] ?? Number.NaN)),
      ),
      losses: Float32Array.from({ length: tasks }, (_, t) =>
        (report?.[2 * tasks + t] ?? 0) > 0 ? (report?.[t] ?? Number.NaN) : Number.NaN,
      ),
    };
  }

  dispose(): void {
    this.#replay?.capture.forget();
    for (const staging of this.#replay?.free.splice(0) ?? []) staging.destroy();
    this.#ones.dispose();
  }

  #prepareReplay(): Replay | undefined {
    const backend = webgpuBackend();
    const { arena } = this.#settings;
    if (!backend || !arena) return undefined;
    return { backend, capture: new Capture(backend, arena, (ahead) => this.#encode(ahead)), free: [] };
  }

  async #compile(): Promise<void> {
    await this.#replay?.capture.compile();
    this.#isReady = true;
  }

  /** Report and Gramians, from the recording, which is made first. */
  async #onWebgpu({ backend, capture, free }: Replay): Promise<Float32Array[]> {
    const { uses } = this.#settings.trainer;
    if (capture.plan && uses !== this.#uses) capture.forget();
    this.#uses = uses;
    capture.record();
    const { plan } = capture;
    if (!plan) return this.#run();
    flush(backend);
    const encoder = backend.device.createCommandEncoder();
    plan.encode(encoder);
    const staging = free.pop() ?? this.#createStaging(backend.device);
    const places = this.#places();
    for (const [i, { start, size }] of places.entries()) {
      const output = plan.outputs[i];
      if (output) encoder.copyBufferToBuffer(output.buffer, 0, staging, start, size);
    }
    backend.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    free.push(staging);
    return places.map(({ start, size }) => new Float32Array(bytes, start, size / 4));
  }

  /** The same by tfjs alone. */
  async #run(): Promise<Float32Array[]> {
    const results = this.#encode(0);
    try {
      return await Promise.all(results.map((result) => result.data<'float32'>()));
    } finally {
      tf.dispose(results);
    }
  }

  /** Where report and Gramians lie in what is read back, in bytes. */
  #places(): { start: number; size: number }[] {
    const { length: tasks } = this.#settings.plan.heads;
    let end = 0;
    return [3 * tasks, ...this.#layers.map(() => tasks * tasks)].map((count) => {
      const start = end;
      end += 4 * count;
      return { start, size: 4 * count };
    });
  }

  #createStaging(device: GPUDevice): GPUBuffer {
    const size = this.#places().reduce((sum, place) => sum + place.size, 0);
    return device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  /** Losses, metrics and label counts of the tasks, [3T], then the Gramian of each layer, [T, T]. */
  #encode(ahead: number): tf.Tensor[] {
    const parameters = this.#layers.flatMap((layer) => layer.parameters);
    return tf.tidy(() => {
      const { batch, moment } = this.#settings.trainer.next(ahead);
      const { report, gradients } = taped(() => {
        const pass = passThrough(this.#settings, batch, moment, 'still');
        const branches = backward(pass.losses, this.#ones.tensor, pass.branches);
        return {
          report: pass.report,
          gradients: branches.map((gradient) => backward(pass.shared, gradient, parameters)),
        };
      });
      let end = 0;
      const products = this.#layers.map(({ parameters: { length } }) => {
        const start = end;
        end += length;
        return gramian(gradients.map((list) => list.slice(start, end)));
      });
      return [report, ...products];
    });
  }
}

/**
 * The training step: batch, forward pass, weighted sum of the task losses, gradients, clipping, update. All that changes
 * from step to step is read on the GPU (counters, learning rates, task weights), and nothing is read back inside: on WebGPU
 * the step is recorded and replayed, many times per submit. See docs/engine.md.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { HeadPlan, NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Training } from '#experiment/training.ts';
import { Arena } from './capture/arena.ts';
import { Capture } from './capture/capture.ts';
import { flush } from './webgpu/queue.ts';
import { gatherBatch, type Batch } from './kernels/batch.ts';
import { clipByNorm } from './kernels/gradient-norm.ts';
import { LiveTensor } from './live-tensor.ts';
import { forward } from './model.ts';
import { RunOptimiser } from './optimiser.ts';
import type { Variables } from './parameters.ts';
import { RateTable } from './rate-table.ts';
import { ReportRing } from './report-ring.ts';
import type { Submitted } from './reports.ts';
import type { ResidentDataset } from './resident.ts';
import { taskLosses, type TaskOutputs } from './tasks/index.ts';
import * as tf from './tf.ts';
import { kernelDetails } from './tuning/kernel-details.ts';
import { Profile } from './tuning/profile.ts';
import { recordUses, type CountedUse } from './tuning/tunable.ts';
import type { EngineDetails } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';
import { replaceNumbers } from './webgpu/host-copy.ts';

export interface StepSettings {
  readonly experiment: Experiment;
  readonly plan: NetworkPlan;
  readonly weights: Variables;
  readonly data: ResidentDataset;
  readonly batchSize: number;
  readonly totalSteps: number;
  /** Steps done before, by a run whose weights these are. */
  readonly start: number;
  /** [T] */
  readonly taskWeights: Float32Array;
  /** Where a recorded step may work. */
  readonly arena: Arena | undefined;
}

/** How the step runs on WebGPU. */
interface Replay {
  readonly backend: tf.WebGPUBackend;
  readonly capture: Capture;
  readonly ring: ReportRing;
  readonly profile: Profile;
}

/** A limit that no gradient reaches. */
const unlimited = 3e38;
const trainPart: SplitName = 'train';
const onlyWebgpu = 'Only WebGPU can replay a recorded step.';

/** What a step tells of itself; T tasks: learning rate, gradient norm, T losses, T metrics, T labels seen, T task weights. */
export const reportSize = (tasks: number): number => 2 + 4 * tasks;

export class TrainingStep {
  readonly #settings: StepSettings;
  /** What it remembers may be read and written between steps. */
  readonly optimiser: RunOptimiser;
  readonly #rates: RateTable;
  readonly #taskWeights: LiveTensor;
  readonly #clip: LiveTensor;
  /** Steps of the run done before this one: int32 [1]. */
  readonly #step: tf.Variable;
  readonly #replay: Replay | undefined;
  #hostStep: number;
  #uses: readonly CountedUse[] = [];
  /** Milliseconds of JavaScript per step, of the latest submits. */
  #script: number[] = [];

  constructor(settings: StepSettings) {
    const { experiment, plan, weights, totalSteps, start, taskWeights } = settings;
    const { training } = experiment;
    this.#settings = settings;
    this.optimiser = new RunOptimiser(training.optimiser, plan.parameters, weights);
    this.#rates = new RateTable(training, totalSteps, start);
    this.#taskWeights = new LiveTensor(taskWeights);
    this.#clip = new LiveTensor(Float32Array.of(training.clipNorm ?? unlimited));
    this.#step = counter(() => tf.tensor1d([start], 'int32'));
    this.#hostStep = start;
    this.#replay = this.#prepareReplay();
  }

  /** Steps encoded so far, those before the start included. */
  get step(): number {
    return this.#hostStep;
  }

  /** The learning rate of a step, for messages. */
  rateAt(step: number): number {
    return this.#rates.at(step);
  }

  /** Live changes of the training settings, from the next step on. Optimiser kind and batch size stay. */
  adjust(training: Training, totalSteps: number): void {
    this.optimiser.adjust(training.optimiser);
    this.#rates.adjust(training, totalSteps);
    this.#clip.set(Float32Array.of(training.clipNorm ?? unlimited));
  }

  /** Goes on after `step` steps, whatever was done: weights and optimiser state are written by whoever calls this. */
  goTo(step: number): void {
    replaceNumbers(this.#step, Int32Array.of(step));
    this.#hostStep = step;
  }

  /** Other task weights, [T], from the next step on. */
  weigh(taskWeights: Float32Array<ArrayBuffer>): void {
    this.#taskWeights.set(taskWeights);
  }

  /** Compiles what the step runs, where that can be done ahead. Rejects with what a compiler complained of. */
  async prepare(): Promise<void> {
    if (this.#hostStep === this.#settings.start) await this.#replay?.capture.compile();
  }

  /** The most steps that may be submitted at once: one, until there is a recording to replay. */
  get most(): number {
    if (!this.#replay?.capture.plan) return 1;
    return Math.min(this.#replay.ring.inOnePiece(this.#hostStep), this.#rates.inOnePage(this.#hostStep));
  }

  /** Submits some steps, at most {@link most}. */
  submit(count: number): Submitted {
    const start = performance.now();
    const first = this.#hostStep;
    this.#rates.prepare(first);
    const reports = this.#replay ? this.#onWebgpu(this.#replay, count) : this.#elsewhere();
    this.#hostStep += count;
    this.#script = [(performance.now() - start) / count, ...this.#script].slice(0, 15);
    return { first, count, reports };
  }

  /** The tunable kernels of the step, once it is recorded. */
  get uses(): readonly CountedUse[] {
    return this.#uses;
  }

  /** Records the step anew, with what is now chosen for its kernels. Weights and state stay. */
  forgetRecording(): void {
    this.#replay?.capture.forget();
  }

  /** How the step runs; whoever paces it adds the rest. */
  details(): Omit<EngineDetails, 'stepsPerSubmit' | 'stepMilliseconds'> {
    const { arena } = this.#settings;
    const { backend, capture, profile } = this.#replay ?? {};
    const { plan, reason } = capture ?? {};
    profile?.want(); // whoever asks once is likely to ask again
    const kernels = plan?.kernels ?? [];
    const planBytes = plan ? (arena?.bytes ?? 0) + plan.constantBytes : 0;
    return {
      mode: plan ? 'replayed' : 'eager',
      ...(plan ? {} : { reason: this.#replay ? (reason ?? 'It is not recorded yet.') : onlyWebgpu }),
      dispatches: kernels.length,
      uploadedBytes: 0,
      planBytes,
      heldBytes: planBytes + (backend?.bufferManager.numBytesAllocated ?? tf.memory().numBytes),
      // The median: whatever else the machine does in between is not ours.
      scriptMilliseconds: this.#script.toSorted((a, b) => a - b)[this.#script.length >> 1] ?? Number.NaN,
      kernels: backend ? kernelDetails(backend, kernels, this.#uses, profile?.of(plan)) : [],
    };
  }

  dispose(): void {
    this.#replay?.capture.forget();
    this.#replay?.ring.dispose();
    this.#step.dispose();
    for (const each of [this.optimiser, this.#rates, this.#taskWeights, this.#clip]) each.dispose();
  }

  #prepareReplay(): Replay | undefined {
    const { arena, plan } = this.#settings;
    const backend = webgpuBackend();
    if (!backend || !arena) return undefined;
    const ring = new ReportRing(backend, reportSize(plan.heads.length));
    const capture = new Capture(backend, arena, (repetition) => {
      this.#hostStep += repetition;
      this.#uses = recordUses(() => tf.tidy(() => ring.push(this.#encode(), this.#step))).uses;
      this.#hostStep -= repetition;
      return [];
    });
    return { backend, capture, ring, profile: new Profile(backend.device) };
  }

  /** Steps from the recording, which is made first; by tfjs where none can be. */
  #onWebgpu({ backend, capture, ring, profile }: Replay, count: number): Promise<Float32Array> {
    const first = this.#hostStep;
    capture.record();
    const { plan } = capture;
    if (!plan) capture.run();
    flush(backend);
    const encoder = backend.device.createCommandEncoder();
    const timed = plan && profile.encode(plan, encoder);
    if (plan) for (let i = timed ? 1 : 0; i < count; i++) plan.encode(encoder);
    const fetched = ring.fetch(encoder, first, count);
    backend.queue.submit([encoder.finish()]);
    timed?.();
    return fetched();
  }

  /** One step by tfjs alone. */
  async #elsewhere(): Promise<Float32Array> {
    const report = tf.tidy(() => {
      const encoded = tf.concat1d(this.#encode());
      this.#step.assign(this.#step.add(tf.scalar(1, 'int32')));
      return encoded;
    });
    try {
      return await report.data<'float32'>();
    } finally {
      report.dispose();
    }
  }

  /** Encodes one step, in a `tidy`. Returns the parts of its report, {@link reportSize} numbers of float32 in all. */
  #encode(): tf.Tensor1D[] {
    const { report, gradients } = this.#differentiate(this.#batch());
    const { norm, scale } = clipByNorm(gradients, this.#clip.tensor);
    const learningRate = this.#rates.lookUp(this.#step);
    this.optimiser.update({ gradients, learningRate, gradientScale: scale });
    return [learningRate, norm, report, this.#taskWeights.tensor];
  }

  #batch(): Batch {
    const { data, experiment, batchSize } = this.#settings;
    const indices = data.indices.get(trainPart);
    if (!indices) throw new Error('The data set has no training images.');
    const { images, normalise } = data;
    const { augmentation: augment, seed } = experiment;
    const [step, hostStep] = [this.#step, this.#hostStep];
    return gatherBatch({
      images,
      indices,
      step,
      hostStep,
      batchSize,
      seed,
      order: 'shuffled',
      augment,
      normalise,
    });
  }

  /** Losses, metrics and label counts of the tasks, float32 [3T], and the gradients of the trainable variables. */
  #differentiate(batch: Batch): { report: tf.Tensor1D; gradients: tf.Tensor[] } {
    const { experiment, plan, weights } = this.#settings;
    const { seed } = experiment;
    const mode = { training: true, seed, step: this.#step, hostStep: this.#hostStep } as const;
    const kept: tf.Tensor1D[] = [];
    const { grads } = tf.variableGrads(() => {
      const outputs = forward(plan, weights, batch.x, mode);
      const tasks = plan.heads.map((head, t) => this.#task(head, outputs[t]));
      const { total, report } = taskLosses(tasks, batch.rows, this.#taskWeights.tensor);
      kept.push(report);
      return total;
    }, [...this.optimiser.parameters]);
    const gradients = this.optimiser.parameters.map(
      (variable) => grads[variable.name] ?? tf.zerosLike(variable),
    );
    const report = tf.concat1d(kept);
    tf.dispose(kept);
    return { report, gradients };
  }

  #task({ task, column }: HeadPlan, outputs: tf.Tensor | undefined): TaskOutputs {
    const labels = this.#settings.data.columns.get(column.id);
    if (!labels || !outputs) throw new Error(`The data set has no column "${column.id}".`);
    return { task, outputs, labels };
  }
}

/** A variable outside of training, from a tensor that it takes over. */
function counter(make: () => tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(make(), false));
}

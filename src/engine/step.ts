/**
 * The training step: batch, forward pass, task losses, gradients as the multi-task method combines them, clipping, update.
 * All that changes from step to step is read on the GPU (counters, learning rates, settings of the method), and nothing is
 * read back inside: on WebGPU the step is recorded and replayed, many times per submit. See docs/engine.md.
 */
import type { Experiment } from '#experiment/schema.ts';
import type { Training } from '#experiment/training.ts';
import { Arena } from './capture/arena.ts';
import { Capture } from './capture/capture.ts';
import { flush } from './webgpu/queue.ts';
import type { Batch } from './kernels/batch.ts';
import { clipByNorm } from './kernels/gradient-norm.ts';
import { LiveTensor } from './live-tensor.ts';
import { byParameters, Method } from './method.ts';
import { passThrough, trainingBatch, type Course, type Moment } from './network-pass.ts';
import { RunOptimiser } from './optimiser.ts';
import { RateTable } from './rate-table.ts';
import { ReportRing } from './report-ring.ts';
import type { Submitted } from './reports.ts';
import { taped } from './tape.ts';
import * as tf from './tf.ts';
import { kernelDetails } from './tuning/kernel-details.ts';
import { Profile } from './tuning/profile.ts';
import { recordUses, type CountedUse } from './tuning/tunable.ts';
import type { EngineDetails, NamedTensor } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';
import { replaceNumbers } from './webgpu/host-copy.ts';

export interface StepSettings extends Course {
  readonly experiment: Experiment;
  readonly totalSteps: number;
  /** Of an epoch. */
  readonly stepsPerEpoch: number;
  /** Steps done before, by a run whose weights these are. */
  readonly start: number;
  /** Learning rates by step, instead of those of the schedule. */
  readonly rates?: ((step: number) => number) | undefined;
  /** Where a recorded step may work. */
  readonly arena: Arena | undefined;
}

/** How the step runs on WebGPU. */
interface Replay {
  readonly backend: tf.WebGPUBackend;
  readonly capture: Capture;
  readonly ring: ReportRing;
  readonly profile: Profile;
  isCompiled: boolean;
}

/** A limit that no gradient reaches. */
const unlimited = 3e38;
const onlyWebgpu = 'Only WebGPU can replay a recorded step.';

/**
 * What a step tells of itself; T tasks: learning rate, gradient norm, T losses, T metrics, T labels seen, T task weights,
 * and T×T inner products of the task gradients where the method looks at them.
 */
export const reportSize = (tasks: number, measures: boolean): number =>
  2 + 4 * tasks + (measures ? tasks * tasks : 0);

export class TrainingStep {
  readonly #settings: StepSettings;
  /** What it remembers may be read and written between steps. */
  readonly optimiser: RunOptimiser;
  readonly #rates: RateTable;
  readonly #clip: LiveTensor;
  /** Steps of the run done before this one: int32 [1]. */
  readonly #step: tf.Variable;
  #method: Method;
  #replay: Replay | undefined;
  #hostStep: number;
  /** With the method of now. */
  #experiment: Experiment;
  #uses: readonly CountedUse[] = [];
  /** Milliseconds of JavaScript per step, of the latest submits. */
  #script: number[] = [];

  constructor(settings: StepSettings) {
    const { experiment, plan, weights, totalSteps, start, rates } = settings;
    const { training } = experiment;
    this.#settings = settings;
    this.optimiser = new RunOptimiser(training.optimiser, plan.parameters, weights);
    this.#rates = new RateTable(training, totalSteps, start, rates);
    this.#clip = new LiveTensor(Float32Array.of(training.clipNorm ?? unlimited));
    this.#step = counter(() => tf.tensor1d([start], 'int32'));
    this.#hostStep = start;
    this.#experiment = experiment;
    this.#method = this.#newMethod(experiment);
    this.#replay = this.#prepareReplay();
  }

  /** What the multi-task method remembers, as it is at the call; nothing of one that does not. */
  async readMethod(): Promise<NamedTensor[]> {
    const name = stateName(this.#experiment);
    const values = await this.#method.read();
    return values.length > 0 ? [{ name, shape: [values.length], values }] : [];
  }

  /** Puts it back, where it is of the same method; else that starts anew. */
  writeMethod(tensors: readonly NamedTensor[]): void {
    const name = stateName(this.#experiment);
    this.#method.write(tensors.find((tensor) => tensor.name === name)?.values);
  }

  /** Steps encoded so far, those before the start included. */
  get step(): number {
    return this.#hostStep;
  }

  /** Whether its reports tell of the Gramian of the task gradients. */
  get measures(): boolean {
    return this.#method.measures;
  }

  /**
   * Encodes the batch that the next step will draw, the first where it draws several, and tells the moment of that step.
   * @param ahead counted further by the host alone: makes no difference to what is recorded
   */
  next(ahead: number): { batch: Batch; moment: Moment } {
    const moment = { step: this.#step, hostStep: this.#hostStep + ahead };
    const draw = { place: 0, of: this.#method.batches };
    return { batch: trainingBatch(this.#settings, moment, draw), moment };
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

  /**
   * Other settings of the multi-task method, or another one, from the next step on; that one starts anew, and the step is
   * recorded anew. Throws where they are invalid; the step is then as it was.
   */
  balance(experiment: Experiment): void {
    const [before, after] = [this.#experiment.strategy, experiment.strategy];
    const isSame = before.kind === after.kind && before.gradients === after.gradients;
    if (isSame) this.#method.adjust(after);
    else {
      const next = this.#newMethod(experiment);
      try {
        this.#settings.supply?.require(next.batches);
      } catch (error) {
        next.dispose();
        throw error;
      }
      this.#method.dispose();
      this.#method = next;
    }
    this.#experiment = experiment;
    if (isSame) return;
    this.#endReplay();
    this.#replay = this.#prepareReplay();
  }

  /** Whether {@link prepare} has something to compile. */
  get isNew(): boolean {
    return this.#replay !== undefined && !this.#replay.isCompiled;
  }

  /** Compiles what the step runs, where that can be done ahead. Rejects with what a compiler complained of. */
  async prepare(): Promise<void> {
    const replay = this.#replay;
    if (!replay || replay.isCompiled) return;
    await replay.capture.compile();
    replay.isCompiled = true;
  }

  /** The most steps that may be submitted at once: one, until there is a recording to replay. */
  get most(): number {
    if (!this.#replay?.capture.plan) return 1;
    return Math.min(this.#replay.ring.inOnePiece(this.#hostStep), this.#rates.inOnePage(this.#hostStep));
  }

  /**
   * How many of the next steps may be submitted now, at most `wanted`: as many as there are images for, where those stream.
   * Throws ReadError where there are none, since images could not be read.
   */
  ready(wanted: number): number {
    const { supply } = this.#settings;
    return supply ? supply.ready(this.#hostStep, this.#method.batches, wanted) : wanted;
  }

  /** Resolves when {@link ready} may know of more. */
  moreImages(): Promise<void> {
    return this.#settings.supply?.arrival() ?? Promise.resolve();
  }

  /** Submits some steps, at most {@link most}, and none that are not {@link ready}. */
  submit(count: number): Submitted {
    const start = performance.now();
    const first = this.#hostStep;
    this.#rates.prepare(first);
    this.#settings.supply?.write(first, this.#method.batches, count);
    const reports = this.#replay ? this.#onWebgpu(this.#replay, count) : this.#elsewhere();
    this.#hostStep += count;
    this.#script = [(performance.now() - start) / count, ...this.#script].slice(0, 15);
    const { measures } = this.#method;
    return {
      first,
      count,
      reports,
      measures: measures && (byParameters(this.#experiment.strategy) ? 'parameters' : 'representation'),
    };
  }

  /** The tunable kernels of the step, once it is recorded. */
  get uses(): readonly CountedUse[] {
    return this.#uses;
  }

  /** Records the step anew, with what is now chosen for its kernels. Weights and state stay. */
  forgetRecording(): void {
    this.#replay?.capture.forget();
  }

  /** All that is held on the GPU, the buffers of the recording included, in bytes. */
  get heldBytes(): number {
    const { backend } = this.#replay ?? {};
    return this.#planBytes + (backend?.bufferManager.numBytesAllocated ?? tf.memory().numBytes);
  }

  /** How the step runs; whoever paces it adds the rest. */
  details(): Omit<EngineDetails, 'stepsPerSubmit' | 'stepMilliseconds'> {
    const { backend, capture, profile } = this.#replay ?? {};
    const { plan, reason } = capture ?? {};
    const { supply } = this.#settings;
    profile?.want(); // whoever asks once is likely to ask again
    const kernels = plan?.kernels ?? [];
    return {
      mode: plan ? 'replayed' : 'eager',
      ...(plan ? {} : { reason: this.#replay ? (reason ?? 'It is not recorded yet.') : onlyWebgpu }),
      dispatches: kernels.length,
      uploadedBytes: (supply?.bytesPerBatch ?? 0) * this.#method.batches,
      ...(supply ? { waitedForImages: supply.waited } : {}),
      planBytes: this.#planBytes,
      heldBytes: this.heldBytes,
      // The median: whatever else the machine does in between is not ours.
      scriptMilliseconds: this.#script.toSorted((a, b) => a - b)[this.#script.length >> 1] ?? Number.NaN,
      kernels: backend ? kernelDetails(backend, kernels, this.#uses, profile?.of(plan)) : [],
    };
  }

  dispose(): void {
    this.#endReplay();
    this.#step.dispose();
    for (const each of [this.optimiser, this.#rates, this.#method, this.#clip]) each.dispose();
  }

  get #planBytes(): number {
    const plan = this.#replay?.capture.plan;
    return plan ? (this.#settings.arena?.bytes ?? 0) + plan.constantBytes : 0;
  }

  #newMethod(experiment: Experiment): Method {
    const { plan, weights, stepsPerEpoch, batchSize } = this.#settings;
    return new Method({ experiment, plan, weights, stepsPerEpoch, batchSize });
  }

  #endReplay(): void {
    this.#replay?.capture.forget();
    this.#replay?.ring.dispose();
  }

  #prepareReplay(): Replay | undefined {
    const { arena, plan } = this.#settings;
    const backend = webgpuBackend();
    if (!backend || !arena) return undefined;
    const ring = new ReportRing(backend, reportSize(plan.heads.length, this.#method.measures));
    const capture = new Capture(backend, arena, (repetition) => {
      this.#hostStep += repetition;
      this.#uses = recordUses(() => tf.tidy(() => ring.push(this.#encode(), this.#step))).uses;
      this.#hostStep -= repetition;
      return [];
    });
    return { backend, capture, ring, profile: new Profile(backend.device), isCompiled: false };
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
      const encoded = tf.concat1d(this.#encode().map((part) => part.as1D()));
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
  #encode(): tf.Tensor[] {
    const moment = { step: this.#step, hostStep: this.#hostStep };
    const { batches: of } = this.#method;
    const batches = Array.from({ length: of }, (_, place) =>
      trainingBatch(this.#settings, moment, { place, of }),
    );
    const [batch] = batches;
    const found = taped(() => {
      const passes = batches.map((each) => passThrough(this.#settings, each, moment));
      return { ...this.#method.combine(passes, moment), report: passes.map(({ report }) => report) };
    });
    const { norm, scale } = clipByNorm(found.gradients, this.#clip.tensor);
    const learningRate = this.#rates.lookUp(this.#step);
    this.optimiser.update({ gradients: found.gradients, learningRate, gradientScale: scale });
    if (this.#method.observes && batch)
      this.#method.observe(passThrough(this.#settings, batch, moment, 'still').losses, moment);
    const { weights, gramian } = found;
    return [
      learningRate,
      norm,
      ...found.report.slice(0, 1),
      weights,
      ...(gramian ? [gramian.flatten()] : []),
    ];
  }
}

/** Under which a method's memory is kept. */
function stateName({ strategy }: Pick<Experiment, 'strategy'>): string {
  return `${strategy.kind}.state`;
}

/** A variable outside of training, from a tensor that it takes over. */
function counter(make: () => tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(make(), false));
}

/**
 * A run: one experiment trained on one data set, with everything a person may do to it meanwhile. It trains in steps
 * that never wait for the GPU, lets the event loop in between them, and tells its news by `onEvent`.
 */
import type { Dataset } from '#data/dataset.ts';
import type { SplitName } from '#experiment/dataset-info.ts';
import { forecastMemory, limitProblem, type MemoryLimits } from '#experiment/memory.ts';
import { planNetwork, type NetworkPlan } from '#experiment/plan.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { effectiveBatchSize, spanInSteps, type Training } from '#experiment/training.ts';
import { adjusted, taskWeightsOf } from './adjust.ts';
import { Clock } from './clock.ts';
import { onDeviceError, onDeviceLost } from './device.ts';
import { EarlyStopping } from './early-stopping.ts';
import { infer, scoreSplit } from './evaluation.ts';
import { disposeImages, residentImages } from './kernels/batch.ts';
import { nextTask } from './next-task.ts';
import { createParameters, disposeWeights, readWeights, type Variables } from './parameters.ts';
import { Reports, type Breakdown } from './reports.ts';
import { disposeResident, residentDataset, type ResidentDataset } from './resident.ts';
import { BestSnapshots, byMean, Snapshot } from './snapshots.ts';
import { TrainingStep } from './step.ts';
import * as tf from './tf.ts';
import type {
  Evaluation,
  NamedTensor,
  RunEvent,
  RunStatus,
  WeightsChoice,
  WeightsSnapshot,
} from './types.ts';

export interface RunOptions {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** The same data set on the device, where it is there already; the run does not free it. */
  readonly resident?: ResidentDataset;
  /** Weights to start from instead of drawn ones. */
  readonly tensors?: readonly NamedTensor[];
  /** Steps that these weights were trained for. */
  readonly step?: number;
  /** Limits of the device, to refuse what cannot fit. */
  readonly limits?: MemoryLimits;
  /** Its typed arrays belong to the listener. */
  readonly onEvent: (event: RunEvent) => void;
}

/** Images evaluated at a time at least; without a backward pass even a small adapter takes these. */
const smallestInference = 64;
/** The longest time between two looks at what else is to be done, in milliseconds. */
const longestBreath = 10;

export class Run {
  readonly #options: RunOptions;
  readonly #plan: NetworkPlan;
  readonly #resident: ResidentDataset;
  readonly #weights: Variables;
  readonly #trainer: TrainingStep;
  readonly #reports: Reports;
  readonly #best = new BestSnapshots();
  readonly #stopping = new EarlyStopping();
  readonly #clock = new Clock();
  readonly #ending = new AbortController();
  readonly #unlisten: (() => void)[];
  #training: Training;
  #strategy: Experiment['strategy'];
  #status: RunStatus = 'preparing';
  #wanted: 'run' | 'step' | 'pause' = 'pause';
  #loop: Promise<void> | undefined;
  #validatedAt = -1;

  /**
   * Builds the network and puts everything on the device.
   * Throws ExperimentError where the network does not fit the data or the device, and Error where the weights do not fit.
   */
  constructor(options: RunOptions) {
    const { experiment, dataset, limits, tensors, step = 0 } = options;
    this.#options = options;
    this.#training = experiment.training;
    this.#strategy = experiment.strategy;
    this.#plan = planNetwork(experiment, dataset.info);
    const problem =
      limits && limitProblem(forecastMemory(this.#plan, experiment.training, dataset.info), limits);
    if (problem) throw new ExperimentError([problem]);
    const taskWeights = taskWeightsOf(experiment);
    this.#say('preparing', step);
    this.#weights = createParameters(this.#plan.parameters, experiment.seed, tensors);
    this.#resident = options.resident ?? residentDataset(dataset);
    this.#trainer = new TrainingStep({
      experiment,
      plan: this.#plan,
      weights: this.#weights,
      data: this.#resident,
      batchSize: this.#batchSize,
      totalSteps: this.totalSteps,
      start: step,
      taskWeights,
    });
    this.#reports = new Reports(experiment.tasks.length, (rows) =>
      options.onEvent({ type: 'metrics', rows }),
    );
    this.#unlisten = [onDeviceLost, onDeviceError].map((listen) => listen((message) => this.#fail(message)));
    this.#say('paused');
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** Steps trained. */
  get step(): number {
    return this.#trainer.step;
  }

  get totalSteps(): number {
    return this.#spanOf(this.#training.length);
  }

  /** Trains on until paused or done; resolves then, and never rejects. Throws where the run has failed before. */
  resume(): Promise<void> {
    this.#wanted = 'run';
    return this.#start();
  }

  /** Trains one step, and resolves when its row is out. */
  stepOnce(): Promise<void> {
    this.#wanted = 'step';
    return this.#start();
  }

  /** Stops after the steps that are on their way; resolves then. */
  async pause(): Promise<void> {
    this.#wanted = 'pause';
    await this.#loop;
  }

  /** Live changes, from the next step on. Throws in plain words where they need a new run. */
  adjust(change: { training?: Training; strategy?: Experiment['strategy'] }): void {
    const { experiment } = this.#options;
    const training = adjusted(this.#training, change.training ?? this.#training);
    const strategy = change.strategy ?? this.#strategy;
    const taskWeights = taskWeightsOf({ tasks: experiment.tasks, strategy });
    this.#training = training;
    this.#strategy = strategy;
    this.#trainer.adjust(training, this.totalSteps);
    this.#trainer.weigh(taskWeights);
    if (this.#status !== 'failed') this.#say(this.#status);
  }

  /** Evaluates a part of the data; the result is also an event, whose arrays are the same. */
  async evaluate(split: SplitName, choice: WeightsChoice): Promise<Evaluation> {
    const snapshot = this.#hold(choice);
    try {
      return await this.#evaluate(split, snapshot);
    } finally {
      snapshot.release();
    }
  }

  /**
   * Outputs by task id, [count, outputs].
   * @param pixels [count, height, width, channels], 0…255, of the data set's size
   */
  async predict(pixels: Uint8Array, choice: WeightsChoice): Promise<Record<string, Float32Array>> {
    const { image } = this.#options.dataset.info;
    const images = residentImages(pixels, image);
    const indices = tf.range(0, images.count, 1, 'int32');
    const snapshot = this.#hold(choice);
    try {
      return await infer({
        plan: this.#plan,
        weights: snapshot.weights,
        images,
        normalise: this.#resident.normalise,
        indices,
        batchSize: this.#inferenceSize,
        signal: this.#ending.signal,
      });
    } finally {
      snapshot.release();
      indices.dispose();
      disposeImages(images);
    }
  }

  /** Weights in PyTorch's form. Before the first validation the best are the last. */
  async weights(choice: WeightsChoice): Promise<WeightsSnapshot> {
    const snapshot = this.#hold(choice);
    try {
      const tensors = await readWeights(this.#plan.parameters, snapshot.weights);
      return { step: snapshot.step, normalisation: this.#resident.normalise, tensors };
    } finally {
      snapshot.release();
    }
  }

  /** Ends the run and frees what it holds. */
  async dispose(): Promise<void> {
    this.#wanted = 'pause';
    this.#ending.abort(new Error('The run has ended.'));
    for (const unlisten of this.#unlisten) unlisten();
    await this.#loop;
    this.#reports.dispose();
    this.#best.dispose();
    this.#trainer.dispose();
    disposeWeights(this.#weights);
    if (!this.#options.resident) disposeResident(this.#resident);
  }

  get #trainImages(): number {
    return this.#options.dataset.info.counts.train;
  }

  get #batchSize(): number {
    return effectiveBatchSize(this.#trainImages, this.#training.batchSize);
  }

  get #inferenceSize(): number {
    return Math.max(smallestInference, this.#batchSize);
  }

  #start(): Promise<void> {
    if (this.#status === 'failed') throw new Error('This run has failed: reset it to train anew.');
    this.#loop ??= this.#train().finally(() => {
      this.#loop = undefined;
    });
    return this.#loop;
  }

  async #train(): Promise<void> {
    if (this.step >= this.totalSteps) return;
    this.#say('running');
    this.#clock.start();
    try {
      const isDone = await this.#trainWhileWanted();
      if (isDone) await this.#finish();
      this.#say(isDone ? 'finished' : 'paused');
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#fail(error instanceof Error ? error.message : String(error));
    } finally {
      this.#clock.stop();
    }
  }

  /** Returns whether training is done, for good or early. */
  async #trainWhileWanted(): Promise<boolean> {
    let stopped: string | undefined;
    let breath = performance.now();
    while (this.#wanted !== 'pause' && this.step < this.totalSteps && stopped === undefined) {
      if (this.#wanted === 'step') this.#wanted = 'pause';
      const report = this.#trainer.run();
      await this.#reports.push({ report, step: this.step, seconds: this.#clock.seconds });
      this.#failOnBreakdown();
      if (this.step % this.#spanOf(this.#training.validateEvery) === 0) stopped = await this.#validate();
      if (performance.now() - breath < longestBreath) continue;
      await nextTask();
      breath = performance.now();
    }
    await this.#reports.flush();
    this.#failOnBreakdown();
    if (stopped !== undefined)
      this.#options.onEvent({ type: 'stopped-early', step: this.step, reason: stopped });
    return stopped !== undefined || this.step >= this.totalSteps;
  }

  /** Validates the weights of now and keeps them if they are the best. Returns why to stop early, if that is so. */
  async #validate(): Promise<string | undefined> {
    this.#clock.stop();
    await this.#reports.flush();
    this.#failOnBreakdown();
    if (!this.#resident.indices.has('validation')) return undefined;
    this.#validatedAt = this.step;
    const snapshot = this.#hold('last');
    try {
      const evaluation = await this.#evaluate('validation', snapshot);
      if (this.#best.offer(evaluation, snapshot))
        this.#options.onEvent({ type: 'best', steps: this.#best.steps });
      const { earlyStopping } = this.#training;
      return earlyStopping ? this.#stopping.judge(earlyStopping, evaluation) : undefined;
    } finally {
      snapshot.release();
      this.#clock.start();
    }
  }

  /** The last validation, and the test with the weights that were best by the mean. */
  async #finish(): Promise<void> {
    if (this.#validatedAt !== this.step) await this.#validate();
    this.#clock.stop();
    if (this.#resident.indices.has('test')) await this.evaluate('test', 'best');
  }

  async #evaluate(split: SplitName, snapshot: Snapshot): Promise<Evaluation> {
    const { dataset, onEvent } = this.#options;
    const { images, normalise, indices: parts } = this.#resident;
    const indices = parts.get(split);
    if (!indices) throw new Error(`The data set has no images in its ${split} part.`);
    const outputs = await infer({
      plan: this.#plan,
      weights: snapshot.weights,
      images,
      normalise,
      indices,
      batchSize: this.#inferenceSize,
      onProgress: (done, total) => onEvent({ type: 'evaluation-progress', split, done, total }),
      signal: this.#ending.signal,
    });
    const scores = scoreSplit(this.#plan, dataset, split, outputs);
    const evaluation = { split, step: snapshot.step, seconds: this.#clock.seconds, ...scores, outputs };
    onEvent({ type: 'evaluation', evaluation });
    return evaluation;
  }

  /** The chosen weights, so that training may go on meanwhile; the caller releases them. */
  #hold(choice: WeightsChoice): Snapshot {
    const key = choice === 'best' ? byMean : choice === 'last' ? undefined : choice.bestOf;
    const best = key === undefined ? undefined : this.#best.get(key);
    return best?.hold() ?? new Snapshot(this.step, this.#weights);
  }

  #spanOf(span: Training['length']): number {
    return spanInSteps(span, this.#trainImages, this.#batchSize);
  }

  #failOnBreakdown(): void {
    const { breakdown } = this.#reports;
    if (breakdown) throw new Error(this.#explain(breakdown));
  }

  #explain({ step, task, value }: Breakdown): string {
    const name = task === undefined ? undefined : this.#options.experiment.tasks[task]?.name;
    const what = name === undefined ? 'the gradient' : `the loss of "${name}"`;
    const rate = this.#trainer.rateAt(step - 1).toPrecision(2);
    const clip = this.#training.clipNorm === null ? ', or clip the gradient norm, to 1 for example' : '';
    return `At step ${step} ${what} became ${value}. Lower the learning rate (it was ${rate})${clip}.`;
  }

  #say(status: RunStatus, step = this.step): void {
    this.#status = status;
    this.#options.onEvent({ type: 'status', status, step, totalSteps: this.totalSteps });
  }

  #fail(message: string): void {
    if (this.#status === 'failed') return;
    this.#wanted = 'pause';
    this.#say('failed');
    this.#options.onEvent({ type: 'failed', message });
  }
}

/**
 * A run: one experiment trained on one data set, with everything a person may do to it meanwhile. It trains in steps
 * that never wait for the GPU, lets the event loop in between them, and tells its news by `onEvent`. It validates after
 * every `validateEvery` steps and after the last one (not before the first, which costs seconds on a software adapter),
 * and ends with a test of the weights that were best by the mean of the validation losses.
 */
import type { Dataset } from '#data/dataset.ts';
import type { SplitName } from '#experiment/dataset-info.ts';
import { forecastMemory, limitProblem, type MemoryLimits } from '#experiment/memory.ts';
import { planNetwork } from '#experiment/plan.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { effectiveBatchSize, spanInSteps, type Training } from '#experiment/training.ts';
import { adjusted, taskWeightsOf } from './adjust.ts';
import { explainBreakdown } from './breakdown.ts';
import { Clock } from './clock.ts';
import { onDeviceError, onDeviceLost } from './device.ts';
import { EarlyStopping } from './early-stopping.ts';
import { Network } from './network.ts';
import { nextTask } from './next-task.ts';
import { createParameters } from './parameters.ts';
import { Reports } from './reports.ts';
import { disposeResident, residentDataset, type ResidentDataset } from './resident.ts';
import type { Snapshot } from './snapshots.ts';
import { TrainingStep } from './step.ts';
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

/** The longest time between two looks at what else is to be done, in milliseconds. */
const longestBreath = 10;

export class Run {
  readonly #options: RunOptions;
  readonly #resident: ResidentDataset;
  readonly #network: Network;
  readonly #trainer: TrainingStep;
  readonly #reports: Reports;
  readonly #stopping = new EarlyStopping();
  readonly #clock = new Clock();
  readonly #unlisten: (() => void)[];
  #training: Training;
  #strategy: Experiment['strategy'];
  #status: RunStatus = 'preparing';
  #wanted: 'run' | 'step' | 'pause' = 'pause';
  #loop: Promise<void> | undefined;
  /** Uses of weights that are going on. */
  readonly #uses = new Set<Promise<unknown>>();
  /** What went wrong, once it did. */
  #failure: string | undefined;
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
    const plan = planNetwork(experiment, dataset.info);
    const problem = limits && limitProblem(forecastMemory(plan, experiment.training, dataset.info), limits);
    if (problem) throw new ExperimentError([problem]);
    const taskWeights = taskWeightsOf(experiment);
    this.#say('preparing', step);
    const data = options.resident ?? residentDataset(dataset);
    const weights = createParameters(plan.parameters, experiment.seed, tensors);
    const batchSize = this.#batchSize;
    this.#resident = data;
    this.#network = new Network({ plan, dataset, resident: data, weights, batchSize });
    const totalSteps = this.totalSteps;
    const settings = { experiment, plan, weights, data, batchSize, totalSteps, start: step, taskWeights };
    this.#trainer = new TrainingStep(settings);
    this.#reports = new Reports(experiment.tasks.length, (rows) =>
      options.onEvent({ type: 'metrics', rows }),
    );
    this.#unlisten = [onDeviceLost, onDeviceError].map((listen) => listen((message) => this.#fail(message)));
    this.#say(this.step < this.totalSteps ? 'paused' : 'finished');
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
    this.#say(this.#status);
  }

  /** Evaluates a part of the data; the result is also an event, whose arrays are the same. */
  evaluate(split: SplitName, choice: WeightsChoice): Promise<Evaluation> {
    return this.#with(choice, (snapshot) => this.#evaluate(split, snapshot));
  }

  /**
   * Outputs by task id, [count, outputs].
   * @param pixels [count, height, width, channels], 0…255, of the data set's size
   */
  predict(pixels: Uint8Array, choice: WeightsChoice): Promise<Record<string, Float32Array>> {
    return this.#with(choice, (snapshot) => this.#network.predict(pixels, snapshot));
  }

  /** Weights in PyTorch's form. Before the first validation the best are the last. */
  weights(choice: WeightsChoice): Promise<WeightsSnapshot> {
    return this.#with(choice, (snapshot) => this.#network.read(snapshot));
  }

  /** Ends the run and frees what it holds. */
  async dispose(): Promise<void> {
    this.#wanted = 'pause';
    this.#network.end();
    for (const unlisten of this.#unlisten) unlisten();
    await Promise.allSettled([this.#loop, ...this.#uses]);
    this.#reports.dispose();
    this.#trainer.dispose();
    this.#network.dispose();
    if (!this.#options.resident) disposeResident(this.#resident);
  }

  get #trainImages(): number {
    return this.#options.dataset.info.counts.train;
  }

  get #batchSize(): number {
    return effectiveBatchSize(this.#trainImages, this.#training.batchSize);
  }

  #start(): Promise<void> {
    if (this.#failure !== undefined) throw new Error('This run has failed: reset it to train anew.');
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
      let isDone = false;
      // Whoever resumed while the last rows of a pause came back wants to go on.
      do isDone = await this.#trainWhileWanted();
      while (!isDone && this.#wanted !== 'pause');
      if (isDone) await this.#finish();
      this.#say(isDone ? 'finished' : 'paused');
    } catch (error) {
      if (!this.#network.hasEnded) this.#fail(error instanceof Error ? error.message : String(error));
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
    if (this.#failure !== undefined) throw new Error(this.#failure);
    if (stopped !== undefined)
      this.#options.onEvent({ type: 'stopped-early', step: this.step, reason: stopped });
    return stopped !== undefined || this.step >= this.totalSteps;
  }

  /** Validates the weights of now and keeps them if they are the best. Returns why to stop early, if that is so. */
  async #validate(): Promise<string | undefined> {
    await this.#reports.flush();
    this.#failOnBreakdown();
    if (!this.#network.has('validation')) return undefined;
    this.#validatedAt = this.step;
    this.#clock.stop();
    const reason = await this.#with('last', async (snapshot) => {
      const evaluation = await this.#evaluate('validation', snapshot);
      const { best } = this.#network;
      if (best.offer(evaluation, snapshot)) this.#options.onEvent({ type: 'best', steps: best.steps });
      const { earlyStopping } = this.#training;
      return earlyStopping ? this.#stopping.judge(earlyStopping, evaluation) : undefined;
    });
    this.#clock.start();
    return reason;
  }

  /** The last validation, and the test with the weights that were best by the mean. */
  async #finish(): Promise<void> {
    if (this.#validatedAt !== this.step) await this.#validate();
    this.#clock.stop();
    if (this.#network.has('test')) await this.evaluate('test', 'best');
  }

  async #evaluate(split: SplitName, snapshot: Snapshot): Promise<Evaluation> {
    const { onEvent } = this.#options;
    const evaluated = await this.#network.evaluate(split, snapshot, (done, total) =>
      onEvent({ type: 'evaluation-progress', split, done, total }),
    );
    const evaluation = { ...evaluated, seconds: this.#clock.seconds };
    onEvent({ type: 'evaluation', evaluation });
    return evaluation;
  }

  /** Uses the chosen weights, which stay as they are meanwhile. */
  async #with<Result>(choice: WeightsChoice, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    const snapshot = this.#network.hold(choice, this.step);
    const result = work(snapshot);
    this.#uses.add(result);
    try {
      return await result;
    } finally {
      this.#uses.delete(result);
      snapshot.release();
    }
  }

  #spanOf(span: Training['length']): number {
    return spanInSteps(span, this.#trainImages, this.#batchSize);
  }

  #failOnBreakdown(): void {
    const { breakdown } = this.#reports;
    if (!breakdown) return;
    const task =
      breakdown.task === undefined ? undefined : this.#options.experiment.tasks[breakdown.task]?.name;
    const rate = this.#trainer.rateAt(breakdown.step - 1);
    throw new Error(explainBreakdown(breakdown, task, rate, this.#training.clipNorm !== null));
  }

  #say(status: RunStatus, step = this.step): void {
    this.#status = status;
    this.#options.onEvent({ type: 'status', status, step, totalSteps: this.totalSteps });
  }

  #fail(message: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = message;
    this.#wanted = 'pause';
    this.#say('failed');
    this.#options.onEvent({ type: 'failed', message });
  }
}

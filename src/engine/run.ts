/**
 * A run: one experiment trained on one data set, with everything a person may do to it meanwhile. It trains in steps
 * that never wait for the GPU, lets the event loop in between them, and tells its news by `onEvent`. It validates after
 * every `validateEvery` steps and after the last one (not before the first, which costs seconds on a software adapter),
 * and ends with a test of the weights that were best by the mean of the validation losses. Every few seconds it takes a
 * checkpoint, to which it goes back by itself where a loss is no longer a number; see docs/recovery.md.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Training } from '#experiment/training.ts';
import { adjusted, checkStrategy, requireSameData } from './adjust.ts';
import { Assembly, planFor, stepsOf, type Outset } from './assembly.ts';
import { BreakdownError, Vitals } from './breakdown.ts';
import { CheckpointKeeper } from './checkpoint.ts';
import { Clock } from './clock.ts';
import { ConflictWatch } from './conflict-watch.ts';
import { causeOf, complaintsHeard } from './device.ts';
import { Evaluations } from './evaluations.ts';
import { Intent } from './intent.ts';
import { Duties } from './duties.ts';
import { explainFailure, onDeviceTrouble } from './failure.ts';
import { nextTask } from './next-task.ts';
import { Reports } from './reports.ts';
import { disposeResident, residentDataset, type ResidentDataset } from './resident.ts';
import type { RunOptions } from './run-options.ts';
import { ReadError } from './streaming/read-images.ts';
import type { CountedUse } from './tuning/tunable.ts';
import { prepareStep, tuneStep } from './tuning/tuned-step.ts';
import type {
  Checkpoint,
  EngineDetails,
  Evaluation,
  FailureCause,
  RunStatus,
  WeightsChoice,
  WeightsSnapshot,
} from './types.ts';

/** The longest time between two looks at what else is to be done, in milliseconds. */
const longestBreath = 10;

export class Run {
  /** Measures the task gradients beside training. */
  readonly watch: ConflictWatch;
  readonly #options: RunOptions;
  readonly #resident: ResidentDataset;
  readonly #clock = new Clock();
  readonly #evaluations: Evaluations;
  readonly #duties: Duties;
  readonly #vitals = new Vitals();
  readonly #unlisten: () => void;
  /** What it trains, with the live changes. */
  #experiment: Experiment;
  #assembly: Assembly;
  #reports: Reports;
  #keeper: CheckpointKeeper;
  #status: RunStatus = 'preparing';
  readonly #intent = new Intent();
  #loop: Promise<void> | undefined;
  /** What went wrong, once it did. */
  #failure: string | undefined;

  /**
   * Builds the network and puts everything on the device.
   * Throws ExperimentError where the network does not fit the data or the device, and Error where the weights do not fit.
   */
  constructor(options: RunOptions) {
    const { experiment, dataset, limits, tensors, checkpoint } = options;
    this.#options = options;
    this.#experiment = experiment;
    this.watch = new ConflictWatch(options);
    this.#evaluations = new Evaluations({
      assembly: () => this.#assembly,
      seconds: () => this.#clock.seconds,
      onEvent: (event) => options.onEvent(event),
    });
    this.#duties = new Duties({
      evaluations: this.#evaluations,
      clock: this.#clock,
      assembly: () => this.#assembly,
      reports: () => this.#reports,
      training: () => this.#training,
      keep: () => this.#keep(true),
    });
    planFor({ experiment, dataset, limits });
    const step = checkpoint?.step ?? options.step ?? 0;
    this.#say('preparing', step);
    this.#resident = options.resident ?? residentDataset(dataset);
    this.#assembly = this.#assemble(experiment, { tensors, step, checkpoint });
    this.#reports = this.#newReports();
    this.#keeper = new CheckpointKeeper(this.#assembly.start, options.onEvent);
    this.#goOnFrom(this.#assembly.start);
    this.#unlisten = onDeviceTrouble((cause, message) => this.#fail(cause, message));
    this.#say(this.step < this.totalSteps ? 'paused' : 'finished');
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** Steps trained. */
  get step(): number {
    return this.#assembly.trainer.step;
  }

  get totalSteps(): number {
    return stepsOf(this.#training.length, this.#experiment, this.#options.dataset);
  }

  /**
   * Trains on until paused or done; resolves then, and never rejects. Throws where the run has failed before.
   * @param pauseAt step after which it pauses by itself, where it gets so far
   */
  resume(pauseAt = this.#options.pauseAt): Promise<void> {
    this.#intent.pauseAt = pauseAt;
    return this.#start('run');
  }

  /** Trains one step, and resolves when its row is out. */
  stepOnce(): Promise<void> {
    return this.#start('step');
  }

  /** Stops after the steps that are on their way; resolves then. */
  async pause(): Promise<void> {
    this.#intent.stop();
    await this.#loop;
  }

  /** Live changes, from the next step on. Throws in plain words where they need a new run. */
  adjust(change: { training?: Training; strategy?: Experiment['strategy'] }): void {
    const training = adjusted(this.#training, change.training ?? this.#training);
    const experiment = { ...this.#experiment, ...change, training };
    checkStrategy(experiment);
    this.#experiment = experiment;
    this.#assembly.trainer.adjust(training, this.totalSteps);
    this.#assembly.trainer.balance(experiment);
    this.#say(this.#status);
  }

  /**
   * Goes on as another experiment on the same data: weights, running statistics and optimiser state stay where name and
   * shape do, the rest starts anew. Rejects in plain words where it does not fit; the run is then as it was.
   */
  async adopt(experiment: Experiment): Promise<void> {
    const goesOn = this.#intent.wanted === 'run' && this.#loop !== undefined;
    await this.pause();
    await this.#evaluations.settled();
    try {
      this.#throwIfOver();
      requireSameData(this.#experiment, experiment);
      const checkpoint = await this.#read();
      const next = this.#assemble(experiment, { tensors: undefined, step: checkpoint.step, checkpoint });
      this.#assembly.dispose();
      this.#assembly = next;
      this.#experiment = experiment;
      this.#reports = this.#newReports();
      this.#keeper = new CheckpointKeeper(next.start, this.#options.onEvent);
      this.#goOnFrom(next.start);
      this.#options.onEvent({ type: 'adopted', experiment });
      this.#options.onEvent({ type: 'best', steps: next.network.best.steps });
      this.#say(this.step < this.totalSteps ? 'paused' : 'finished');
    } finally {
      if (goesOn && this.#failure === undefined) void this.resume(this.#intent.pauseAt);
    }
  }

  /** Evaluates a part of the data; the result is also an event, whose arrays are the same. */
  evaluate(split: SplitName, choice: WeightsChoice): Promise<Evaluation> {
    return this.#evaluations.evaluate(split, choice);
  }

  /**
   * Outputs by task id, [count, outputs].
   * @param pixels [count, height, width, channels], 0…255, of the data set's size
   */
  predict(pixels: Uint8Array, choice: WeightsChoice): Promise<Record<string, Float32Array>> {
    return this.#evaluations.predict(pixels, choice);
  }

  /** Weights in PyTorch's form. Before the first validation the best are the last. */
  weights(choice: WeightsChoice): Promise<WeightsSnapshot> {
    return this.#evaluations.weights(choice);
  }

  /** How the training step runs. */
  details(): EngineDetails {
    const { steps, stepMilliseconds } = this.#reports.pace;
    return { ...this.#trainer.details(), stepsPerSubmit: steps, stepMilliseconds };
  }

  /** The tunable kernels of its step, once that is recorded. */
  get uses(): readonly CountedUse[] {
    return this.#trainer.uses;
  }

  /** Ends the run and frees what it holds. */
  async dispose(): Promise<void> {
    this.#intent.stop();
    this.#assembly.network.end();
    this.#unlisten();
    await Promise.allSettled([this.#loop, this.#evaluations.settled(), this.#keeper.settled()]);
    this.#options.tuner?.follow([]);
    this.#assembly.dispose();
    if (!this.#options.resident) disposeResident(this.#resident);
  }

  get #training(): Training {
    return this.#experiment.training;
  }

  get #trainer(): Assembly['trainer'] {
    return this.#assembly.trainer;
  }

  #assemble(experiment: Experiment, from: Outset): Assembly {
    return new Assembly({ ...this.#options, experiment, resident: this.#resident, ...from });
  }

  #newReports(): Reports {
    return new Reports(this.#experiment.tasks.length, () => this.#clock.seconds, {
      onRows: (rows) => this.#take(rows),
      onGramians: (rows) => this.#options.onEvent({ type: 'gramians', rows }),
    });
  }

  /** Takes up what the run remembers beside what is on the device. */
  #goOnFrom(checkpoint: Checkpoint): void {
    this.#clock.seconds = checkpoint.seconds;
    this.#evaluations.state = checkpoint;
    this.#duties.owed = undefined;
    this.#vitals.forget();
  }

  /** All state as it is at the call. */
  #read(): Promise<Checkpoint> {
    return this.#assembly.read({ seconds: this.#clock.seconds, ...this.#evaluations.state });
  }

  /** Between two steps: takes a checkpoint where one is due. */
  #keep(isDue = this.#keeper.isDue(this.#clock.seconds)): void {
    if (isDue) this.#keeper.take(this.#clock.seconds, this.#read());
  }

  /** Rows have come back from the device. */
  #take(rows: Float32Array): void {
    if (this.#failure !== undefined) return;
    const last = this.#vitals.take(rows, this.#experiment);
    this.#keeper.confirm((this.#reports.breakdown?.step ?? last + 1) - 1, this.#vitals.areCalm);
    this.#options.onEvent({ type: 'metrics', rows });
  }

  #start(wanted: 'run' | 'step'): Promise<void> {
    this.#intent.wanted = wanted;
    this.#throwIfOver();
    this.#loop ??= this.#train().finally(() => {
      this.#loop = undefined;
    });
    return this.#loop;
  }

  async #train(): Promise<void> {
    if (this.step >= this.totalSteps && this.#duties.owed === undefined) return;
    this.#say('running');
    try {
      await prepareStep(this.#trainer, this.#options.tuner);
      this.#clock.start();
      let isDone = false;
      // Whoever resumed while the last rows of a pause came back wants to go on.
      do isDone = await this.#trainWhileWanted();
      while (!isDone && this.#intent.wanted !== 'pause');
      if (isDone) this.#options.tuner?.follow([]);
      if (isDone) await this.#duties.finish();
      this.#say(isDone ? 'finished' : 'paused');
    } catch (error) {
      if (!this.#assembly.network.hasEnded) await this.#mend(error);
    } finally {
      this.#clock.stop();
    }
  }

  /** Returns whether training is done, for good or early. */
  async #trainWhileWanted(): Promise<boolean> {
    let stopped: string | undefined;
    let breath = performance.now();
    if (this.#duties.owed === 'validation') stopped = await this.#duties.validate();
    while (this.#intent.wanted !== 'pause' && this.step < this.totalSteps && stopped === undefined) {
      const count = this.#trainer.ready(this.#nextCount);
      if (count === 0) {
        await this.#intent.wait(this.#trainer.moreImages());
        continue;
      }
      this.#intent.take(this.step + count);
      await this.#reports.push(this.#trainer.submit(count));
      this.#reports.throwIfBroken();
      this.#keep();
      this.watch.turn(this.#assembly, this.#reports, this.totalSteps);
      await this.#tune();
      if (this.step % this.#validateEvery === 0) stopped = await this.#duties.validate();
      if (performance.now() - breath < longestBreath) continue;
      await nextTask();
      breath = performance.now();
    }
    await this.#reports.flush();
    this.#reports.throwIfBroken();
    if (this.#failure !== undefined) throw new Error(this.#failure);
    this.#keep(true);
    if (stopped !== undefined)
      this.#options.onEvent({ type: 'stopped-early', step: this.step, reason: stopped });
    return stopped !== undefined || this.step >= this.totalSteps;
  }

  get #nextCount(): number {
    const most = Math.min(this.#reports.pace.steps, this.#trainer.most, this.watch.stepsLeft(this.step));
    return this.#intent.count(this, this.#validateEvery, most);
  }

  async #tune(): Promise<void> {
    if (this.#intent.wanted !== 'run') return;
    const { stepSeconds } = this.#reports.pace;
    const progress = { seconds: this.#clock.seconds, stepSeconds, stepsLeft: this.totalSteps - this.step };
    await tuneStep(this.#trainer, this.#options.tuner, progress);
  }

  get #validateEvery(): number {
    return stepsOf(this.#training.validateEvery, this.#experiment, this.#options.dataset);
  }

  #throwIfOver(): void {
    if (this.#failure !== undefined) throw new Error('This run has failed: reset it to train anew.');
  }

  /** Goes back to where the numbers were sound where they broke down; else the run is over. */
  async #mend(error: unknown): Promise<void> {
    try {
      // A lost device or a lack of memory makes other things fail, too: the listeners know better.
      await complaintsHeard();
      if (error instanceof ReadError) await this.#reports.flush();
      const { breakdown } = this.#reports;
      if (error instanceof ReadError && !breakdown) return this.#interrupt(error.message);
      if (!breakdown || !(error instanceof BreakdownError || error instanceof ReadError)) throw error;
      const rate = this.#trainer.rateAt(breakdown.step - 1);
      const message = this.#vitals.explain(breakdown, this.#experiment, this.#options.dataset, rate);
      await this.#reports.restart();
      const checkpoint = await this.#keeper.retreat();
      if (this.#failure !== undefined) return;
      this.#assembly.write(checkpoint);
      this.#goOnFrom(checkpoint);
      this.#intent.wanted = 'pause';
      this.#options.onEvent({ type: 'rewound', step: checkpoint.step, message });
      this.#options.onEvent({ type: 'best', steps: this.#assembly.network.best.steps });
      this.#say('paused');
    } catch (other) {
      this.#fail(causeOf(other), other instanceof Error ? other.message : String(other));
    }
  }

  /** Pauses where images could not be read: whoever resumes tries again. */
  #interrupt(message: string): void {
    if (this.#failure !== undefined) return;
    this.#keep(true);
    this.#intent.wanted = 'pause';
    this.#options.onEvent({ type: 'interrupted', message });
    this.#say('paused');
  }

  #say(status: RunStatus, step = this.step): void {
    this.#status = status;
    this.#options.onEvent({ type: 'status', status, step, totalSteps: this.totalSteps });
  }

  #fail(cause: FailureCause, reason: string): void {
    if (this.#failure !== undefined) return;
    const { info } = this.#options.dataset;
    const message = explainFailure(cause, reason, this.#assembly.plan, this.#experiment, info);
    this.#failure = message;
    this.#intent.stop();
    this.#say('failed');
    this.#options.onEvent({ type: 'failed', cause, message });
  }
}

/** Ours: a run of the engine, as the page and the command line start it, with the fastest kernels found or the first ones. */
import { openDevice } from '#engine/device.ts';
import { Run } from '#engine/run.ts';
import * as tf from '#engine/tf.ts';
import type { CountedUse } from '#engine/tuning/tunable.ts';
import { Tuner } from '#engine/tuning/tuner.ts';
import type { DeviceInfo, EngineDetails, RunEvent } from '#engine/types.ts';
import { sum } from '../arithmetic.ts';
import type { Contender, Trained, Trainee } from '../contender.ts';
import type { Problem } from '../problem.ts';

let device: DeviceInfo | undefined;

export async function open(): Promise<DeviceInfo> {
  tf.enableProdMode();
  device = await openDevice();
  if (device.backend !== 'webgpu') throw new Error(`No WebGPU: ${device.fallbackReason}`);
  return device;
}

export const trunkline: Contender = {
  open,
  build: (problem) => Promise.resolve(new TunedTrainee(problem)),
};

/** As a run starts where nothing was measured yet. */
export const trunklineDefault: Contender = {
  open,
  build: (problem) => Promise.resolve(new RunTrainee(problem)),
};

/** Trains by `resume` and `pause`, and knows its losses by the rows that the run reports. */
export class RunTrainee implements Trainee {
  readonly #problem: Problem;
  #run: Run;
  #losses: number[] = [];
  #wanted = Infinity;
  #failure: string | undefined;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#run = this.#start();
  }

  async train(steps: number): Promise<Trained> {
    this.#losses = [];
    this.#wanted = steps;
    await (steps === 1 ? this.#run.stepOnce() : this.#run.resume());
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const [firstLoss = Number.NaN] = this.#losses;
    const engine = this.#run.details();
    return {
      steps: this.#losses.length,
      firstLoss,
      lastLoss: this.#losses.at(-1) ?? Number.NaN,
      scriptMilliseconds: engine.scriptMilliseconds,
      engine,
    };
  }

  /** The tunable kernels of its step, once it has trained. */
  get uses(): readonly CountedUse[] {
    return this.#run.uses;
  }

  /** Starts anew from the first weights, with what is now chosen for the kernels. */
  async restart(): Promise<void> {
    await this.#run.dispose();
    this.#run = this.#start();
  }

  details(): EngineDetails {
    return this.#run.details();
  }

  dispose(): Promise<void> {
    return this.#run.dispose();
  }

  /** Tries all variants of its kernels, and starts anew. Returns whether the time was enough. */
  async tuneAtOnce(seconds: number): Promise<boolean> {
    const backend = tf.backend();
    if (!(backend instanceof tf.WebGPUBackend)) throw new Error('Tuning needs WebGPU.');
    const tuner = await Tuner.open(backend);
    let isComplete = true;
    try {
      await tuner.tuneAll(this.uses, { signal: AbortSignal.timeout(1000 * seconds) });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      isComplete = false;
    }
    tuner.dispose();
    await this.restart();
    return isComplete;
  }

  #start(): Run {
    const { experiment, dataset, start } = this.#problem;
    return new Run({
      experiment,
      dataset,
      tensors: start.map(({ spec: { name, shape }, values }) => ({ name, shape, values })),
      ...(device ? { limits: device.limits } : {}),
      onEvent: (event) => this.#listen(event),
    });
  }

  #listen(event: RunEvent): void {
    if (event.type === 'failed') this.#failure = event.message;
    if (event.type !== 'metrics') return;
    const tasks = this.#problem.experiment.tasks.length;
    const width = 4 + 3 * tasks;
    for (let row = 0; row < event.rows.length; row += width)
      this.#losses.push(sum(event.rows.subarray(row + 4, row + 4 + tasks)));
    if (this.#losses.length >= this.#wanted) void this.#run.pause();
  }
}

/** Tries the variants of its kernels at once, which a run in use does bit by bit. */
class TunedTrainee implements Trainee {
  readonly #inner: RunTrainee;

  constructor(problem: Problem) {
    this.#inner = new RunTrainee(problem);
  }

  train(steps: number): Promise<Trained> {
    return this.#inner.train(steps);
  }

  async tune(seconds: number): Promise<string> {
    const start = performance.now();
    const { uses } = this.#inner;
    const isComplete = await this.#inner.tuneAtOnce(seconds);
    const spent = Math.round((performance.now() - start) / 1000);
    const all = `all variants of ${uses.length} kernels`;
    return isComplete ? `it tried ${all} for ${spent} s before` : `${spent} s were not enough to try ${all}`;
  }
}

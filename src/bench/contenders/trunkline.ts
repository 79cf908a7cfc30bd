/** Ours: a run of the engine, as the page and the command line start it. */
import { openDevice } from '#engine/device.ts';
import { Run } from '#engine/run.ts';
import * as tf from '#engine/tf.ts';
import type { DeviceInfo, RunEvent } from '#engine/types.ts';
import { sum } from '../arithmetic.ts';
import type { Contender, Trained, Trainee } from '../contender.ts';
import type { Problem } from '../problem.ts';

let device: DeviceInfo | undefined;

export const trunkline: Contender = {
  async open() {
    tf.enableProdMode();
    device = await openDevice();
    if (device.backend !== 'webgpu') throw new Error(`No WebGPU: ${device.fallbackReason}`);
    return device;
  },
  async build(problem) {
    return new RunTrainee(problem);
  },
};

/** Trains by `resume` and `pause`, and knows its losses by the rows that the run reports. */
class RunTrainee implements Trainee {
  readonly #run: Run;
  readonly #tasks: number;
  #losses: number[] = [];
  #wanted = Infinity;
  #failure: string | undefined;

  constructor({ experiment, dataset, start }: Problem) {
    this.#tasks = experiment.tasks.length;
    const tensors = start.map(({ spec: { name, shape }, values }) => ({ name, shape, values }));
    const onEvent = (event: RunEvent) => this.#listen(event);
    this.#run = new Run({
      experiment,
      dataset,
      tensors,
      ...(device ? { limits: device.limits } : {}),
      onEvent,
    });
  }

  async train(steps: number): Promise<Trained> {
    this.#losses = [];
    this.#wanted = steps;
    await (steps === 1 ? this.#run.stepOnce() : this.#run.resume());
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const [firstLoss = Number.NaN] = this.#losses;
    return { steps: this.#losses.length, firstLoss, lastLoss: this.#losses.at(-1) ?? Number.NaN };
  }

  #listen(event: RunEvent): void {
    if (event.type === 'failed') this.#failure = event.message;
    if (event.type !== 'metrics') return;
    const width = 4 + 3 * this.#tasks;
    for (let row = 0; row < event.rows.length; row += width)
      this.#losses.push(sum(event.rows.subarray(row + 4, row + 4 + this.#tasks)));
    if (this.#losses.length >= this.#wanted) void this.#run.pause();
  }
}

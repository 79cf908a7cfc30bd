/** The learning rate of every step on the GPU: a table, looked up by the step counter there. */
import { learningRateAt } from '#experiment/schedule.ts';
import type { Training } from '#experiment/training.ts';
import { LiveTensor } from './live-tensor.ts';
import * as tf from './tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from './webgpu/dispatch.ts';

/** Rates that the table holds at a time: a very long run turns its pages. */
const page = 65_536;

export class RateTable {
  readonly #table: LiveTensor;
  readonly #given: ((step: number) => number) | undefined;
  #training: Training;
  #totalSteps: number;
  #first: number;

  /**
   * @param step the first step that will be looked up
   * @param given rates to use instead of the schedule's
   */
  constructor(training: Training, totalSteps: number, step: number, given?: (step: number) => number) {
    this.#given = given;
    this.#training = training;
    this.#totalSteps = totalSteps;
    this.#first = step - (step % page);
    this.#table = new LiveTensor(this.#rates());
  }

  /** The rate of a step, for messages; the GPU uses its own float32 copy. */
  at(step: number): number {
    return this.#given?.(step) ?? learningRateAt(this.#training, step, this.#totalSteps);
  }

  /** Another schedule from the next step on. */
  adjust(training: Training, totalSteps: number): void {
    this.#training = training;
    this.#totalSteps = totalSteps;
    this.#table.set(this.#rates());
  }

  /** Steps from this one on whose rates are in the table together. */
  inOnePage(step: number): number {
    return page - (step % page);
  }

  /** Makes sure that the page of this step is in the table; call it before a step is encoded. */
  prepare(step: number): void {
    const first = step - (step % page);
    if (first === this.#first) return;
    this.#first = first;
    this.#table.set(this.#rates());
  }

  /** The rate of the step that the counter, int32 [1], stands at: float32 [1]. */
  lookUp(step: tf.Tensor): tf.Tensor1D {
    const backend = webgpuBackend();
    if (!backend) return this.#table.tensor.gather(step.mod<tf.Tensor1D>(tf.scalar(page, 'int32')));
    const rate = emptyTensor(backend, [1], 'float32');
    dispatch(backend, {
      name: 'learning-rate',
      parameters: { page },
      code: lookUpCode,
      buffers: [
        { name: 'table', element: 'f32', tensor: this.#table.tensor, access: 'read' },
        { name: 'steps', element: 'i32', tensor: step, access: 'read' },
        { name: 'rate', element: 'f32', tensor: rate, access: 'update' },
      ],
      workgroups: [1, 1, 1],
    });
    return tf.tidy(() => trackedTensor(backend, rate).as1D());
  }

  dispose(): void {
    this.#table.dispose();
  }

  #rates(): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: page }, (_, i) => this.at(this.#first + i));
  }
}

function lookUpCode(parameters: { page: number }): string {
  return `@compute @workgroup_size(1)
fn main() { rate[0] = table[u32(steps[0]) % ${parameters.page}u]; }`;
}

/**
 * Work that is run again and again on the GPU's own state: recorded once, and replayed from then on. Where it cannot be, it
 * says why, and runs by tfjs. See docs/engine.md.
 */
import * as tf from '../tf.ts';
import { plannedDispatches } from '../webgpu/dispatch.ts';
import { destroyFree } from '../webgpu/queue.ts';
import type { Arena } from './arena.ts';
import { Plan } from './plan.ts';
import { record, rehearse } from './recorder.ts';
import { differenceBetween } from './recording.ts';

/**
 * Encodes kernels from nothing but tensors that last; returns its results, which the caller owns.
 * @param repetition what the host alone counts should count this much further: it must make no difference
 */
export type Work = (repetition: number) => readonly tf.Tensor[];

export class Capture {
  /** What to replay, once it is recorded. */
  plan: Plan | undefined;
  /** Why there is no plan, in words: what of the work cannot be replayed. */
  reason: string | undefined;
  readonly #backend: tf.WebGPUBackend;
  readonly #arena: Arena;
  readonly #work: Work;

  /** @param arena gives the plan its buffers; several captures may share it, if their work never overlaps */
  constructor(backend: tf.WebGPUBackend, arena: Arena, work: Work) {
    this.#backend = backend;
    this.#arena = arena;
    this.#work = work;
  }

  /**
   * Compiles the work's kernels side by side, off this thread, where recording would compile one after the other.
   * Rejects with what a compiler complained of.
   */
  async compile(): Promise<void> {
    const { device } = this.#backend;
    const rehearsal = () => rehearse(this.#backend, () => tf.dispose([...this.#work(0)]));
    const calls = plannedDispatches(rehearsal);
    await Promise.all(calls.map((call) => call.prepare(device)));
  }

  /** Records the work, twice, and makes a plan of it if both recordings are the same; else there is a reason. */
  record(): void {
    if (this.plan || this.reason !== undefined) return;
    const first = record(this.#backend, () => this.#work(0));
    const second = record(this.#backend, () => this.#work(1));
    destroyFree(this.#backend); // a plan has buffers of its own
    const [problem] = [first, second].flatMap((each) => ('problem' in each ? [each.problem] : []));
    if (!('recording' in first) || !('recording' in second)) return this.#giveUp(problem);
    const difference = differenceBetween(first.recording, second.recording);
    if (difference !== undefined) return this.#giveUp(difference);
    this.plan = new Plan(this.#backend, second.recording, this.#arena);
  }

  /** Runs the work once, by tfjs. Returns its results, which the caller owns. */
  run(): readonly tf.Tensor[] {
    return this.#work(0);
  }

  /** Forgets the plan: the work can be recorded anew. */
  forget(): void {
    this.plan?.dispose();
    this.plan = undefined;
    this.reason = undefined;
  }

  #giveUp(why: string | undefined): void {
    this.reason = `This step cannot be replayed: ${why}.`;
  }
}

/**
 * Work that is run again and again on the GPU's own state: the first times by tfjs, recorded, and once two recordings
 * agree, from the recording. See docs/engine.md.
 */
import * as tf from '../tf.ts';
import { plannedDispatches } from '../webgpu/dispatch.ts';
import type { Arena } from './arena.ts';
import { Plan } from './plan.ts';
import { record } from './recorder.ts';
import { differenceBetween, type Recording } from './recording.ts';

/** So often is the work recorded in the hope that it repeats itself. */
const attempts = 3;

export class Capture {
  /** The plan to run from now on, once there is one. */
  plan: Plan | undefined;
  /** Why there will be none, in words: what of the work cannot be replayed. */
  reason: string | undefined;
  readonly #backend: tf.WebGPUBackend;
  readonly #arena: Arena;
  readonly #work: () => readonly tf.Tensor[];
  #before: Recording | undefined;
  #runs = 0;

  /**
   * @param arena gives the plan its buffers; several captures may share it, if their work never overlaps
   * @param work encodes kernels from nothing but tensors that last; returns its results, which the caller owns
   */
  constructor(backend: tf.WebGPUBackend, arena: Arena, work: () => readonly tf.Tensor[]) {
    this.#backend = backend;
    this.#arena = arena;
    this.#work = work;
  }

  /**
   * Compiles the work's kernels side by side, off this thread, where its first run would compile one after the other.
   * Rejects with what a compiler complained of.
   */
  async compile(): Promise<void> {
    const { device } = this.#backend;
    const calls = plannedDispatches(() => tf.dispose([...this.#work()]));
    await Promise.all(calls.map((call) => call.prepare(device)));
  }

  /** Runs the work once by tfjs, for as long as there is no plan. Returns its results, which the caller owns. */
  run(): readonly tf.Tensor[] {
    if (this.reason !== undefined) return this.#work();
    const { outputs, recording, problem } = record(this.#backend, this.#work);
    this.#runs++;
    const difference = recording && this.#before && differenceBetween(this.#before, recording);
    if (problem !== undefined) this.reason = `This step cannot be replayed: ${problem}.`;
    else if (recording && this.#before && difference === undefined) this.#use(recording);
    else if (this.#runs >= attempts) this.reason = `This step cannot be replayed: ${difference}.`;
    this.#before = recording;
    return outputs;
  }

  /** Forgets the plan: the next runs record the work anew. */
  forget(): void {
    this.plan?.dispose();
    this.plan = undefined;
    this.reason = undefined;
    this.#before = undefined;
    this.#runs = 0;
  }

  #use(recording: Recording): void {
    this.plan = new Plan(this.#backend, recording, this.#arena);
    this.#before = undefined;
    freeUnused(this.#backend);
  }
}

/** Frees the buffers that tfjs keeps for its next tensors: a plan has its own. */
function freeUnused({ bufferManager }: tf.WebGPUBackend): void {
  for (const buffers of bufferManager['freeBuffers'].values()) {
    for (const buffer of buffers) {
      bufferManager.numBytesAllocated -= buffer.size;
      bufferManager['numFreeBuffers']--;
      buffer.destroy();
    }
    buffers.length = 0;
  }
}

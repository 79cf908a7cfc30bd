/**
 * Tries variants of one use of a kernel on scratch operands: compiles, compares with the first candidate, times. Nothing
 * that goes wrong in here reaches training: complaints of WebGPU are caught, and all storage is given back for good.
 */
import { hashText, mix } from '#lib/random.ts';
import { sizeOf } from '#lib/shape.ts';
import type * as tf from '../tf.ts';
import { plannedDispatches } from '../webgpu/dispatch.ts';
import { FreshStorage } from './fresh-storage.ts';
import { gpuMilliseconds, idle } from './stopwatch.ts';
import { flush } from '../webgpu/queue.ts';
import { keyOf, type Use } from './tunable.ts';

/** What is off by no more than this share of the typical size of a number was only added up in another order. */
const tolerance = 1e-3;

/** A round of timing lasts about this long, in milliseconds, or one run; timestamps are coarse, and a submit costs. */
const roundMilliseconds = 5;
const mostRepeats = 32;

/** What is wrong with a variant, in words. Any other error says nothing about the variant: the device may be lost. */
export class Unfit extends Error {}

export class Trial {
  readonly #backend: tf.WebGPUBackend;
  readonly #use: Use;
  readonly #mayRound: boolean;
  readonly #operands: readonly tf.TensorInfo[];
  readonly #storage: FreshStorage;
  #expected: Float32Array | undefined;

  /** @param mayRound results may differ in their last bits, as where sums are added up in another order */
  constructor(backend: tf.WebGPUBackend, use: Use, mayRound: boolean) {
    this.#backend = backend;
    this.#use = use;
    this.#mayRound = mayRound;
    this.#storage = new FreshStorage(backend);
    const seed = hashText(keyOf(use));
    this.#operands = use.tunable
      .operands(use.problem)
      .map((shape, i) =>
        backend.makeTensorInfo([...shape], 'float32', scratch(sizeOf(shape), seed + i * 0x10000)),
      );
  }

  /** Compiles a variant while other things go on. Rejects, Unfit, with what the compiler complained of. */
  async compile(variant: object): Promise<void> {
    const calls = plannedDispatches(() => this.#backend.disposeData(this.#run(variant).dataId));
    for (const call of calls) {
      await call.prepare(this.#backend.device).catch((error: unknown) => {
        throw new Unfit(error instanceof Error ? error.message : String(error));
      });
    }
  }

  /**
   * Runs a compiled variant once. Rejects, Unfit, with what is wrong with its result; the first variant that is asked
   * about sets what is right.
   */
  async check(variant: object): Promise<void> {
    // Storage must be new: in that of the run before, a kernel that writes nothing would find what is right.
    this.#storage.release();
    const values = await this.#read(variant);
    this.#expected ??= values;
    const difference = differenceOf(values, this.#expected, this.#mayRound);
    if (difference) throw new Unfit(difference);
  }

  /**
   * Milliseconds per run of a compiled variant.
   * @param estimate of the same: with it, as many runs are timed as take some milliseconds together
   */
  async time(variant: object, estimate = roundMilliseconds): Promise<number> {
    const count = Math.max(1, Math.min(mostRepeats, Math.ceil(roundMilliseconds / estimate)));
    const once = () => {
      const { dataId } = this.#run(variant);
      // Into the same storage each time, so that one run waits for the one before, as the kernels of a step do.
      this.#backend['commandQueueOwnedIds'].delete(dataId);
      this.#backend.disposeData(dataId);
    };
    const more = Array.from({ length: count - 1 }, () => once);
    await idle(this.#backend);
    return (await guarded(this.#backend, () => gpuMilliseconds(this.#backend, [once, ...more]))) / count;
  }

  /** Gives all storage back. */
  dispose(): void {
    for (const { dataId } of this.#operands) this.#backend.disposeData(dataId);
    this.#storage.release();
  }

  #run(variant: object): tf.TensorInfo {
    const { tunable, problem } = this.#use;
    return tunable.run(this.#backend, problem, variant, this.#operands);
  }

  async #read(variant: object): Promise<Float32Array> {
    const backend = this.#backend;
    const { dataId } = await guarded(backend, async () => {
      const result = this.#run(variant);
      flush(backend);
      return result;
    });
    try {
      const values = await backend.read(dataId);
      if (values instanceof Float32Array) return values;
      throw new Error('its result is not of float32');
    } finally {
      backend.disposeData(dataId);
    }
  }
}

/** Bytes of the operands; the result and workspace are of the same order. */
export function operandBytes({ tunable, problem }: Use): number {
  return tunable.operands(problem).reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);
}

/** Does `work`, whose synchronous part encodes and submits. Rejects with what WebGPU complains of in that part. */
async function guarded<Result>({ device }: tf.WebGPUBackend, work: () => Promise<Result>): Promise<Result> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const working = work();
  const scopes = [device.popErrorScope(), device.popErrorScope()];
  const [result, ...complaints] = await Promise.allSettled([working, ...scopes]);
  for (const complaint of complaints)
    if (complaint.status === 'fulfilled' && complaint.value) throw new Unfit(complaint.value.message);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** Numbers in [−0.5, 0.5), the same for the same seed; beyond the first they repeat at a length that divides no shape. */
function scratch(size: number, seed: number): Float32Array {
  const period = Math.min(size, 65_521);
  const values = new Float32Array(size);
  for (let i = 0; i < period; i++) values[i] = mix(seed + i) / 2 ** 32 - 0.5;
  for (let filled = period; filled < size; filled *= 2) values.copyWithin(filled, 0, filled);
  return values;
}

/** What tells a result from what is right, in words, if that matters. */
function differenceOf(values: Float32Array, expected: Float32Array, mayRound: boolean): string | undefined {
  if (values.length !== expected.length)
    return `gives ${values.length} numbers instead of ${expected.length}`;
  let squares = 0;
  for (const value of expected) squares += value * value;
  const limit = tolerance * Math.sqrt(squares / expected.length);
  let worst = 0;
  for (const [i, value] of values.entries()) {
    const difference = Math.abs(value - (expected[i] ?? 0));
    if (Number.isNaN(difference)) return 'gives what is not a number';
    if (difference > worst) worst = difference;
  }
  if (worst > limit) return `is off by ${worst.toPrecision(2)}, where ${limit.toPrecision(2)} is rounding`;
  return worst > 0 && !mayRound ? 'rounds otherwise, which would change the curves' : undefined;
}

/**
 * How long each dispatch of a recorded step takes, by timestamps, where the device has them. A timed run does the same as
 * any other; it is a little slower, so only those are timed that somebody asked for.
 */
import type { Plan } from '../capture/plan.ts';

/** Of each new measurement in the mean: timestamps are as coarse as 0.1 ms in browsers. */
const freshness = 0.25;

/** The largest query set that WebGPU allows holds two timestamps of so many dispatches. */
const mostDispatches = 2048;

export class Profile {
  readonly #device: GPUDevice;
  #plan: Plan | undefined;
  #milliseconds: readonly number[] | undefined;
  #isWanted = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Asks for a run to be timed, soon. */
  want(): void {
    this.#isWanted = this.#device.features.has('timestamp-query');
  }

  /** Milliseconds per dispatch of a plan, lately; undefined before it was timed. */
  of(plan: Plan | undefined): readonly number[] | undefined {
    return plan === this.#plan ? this.#milliseconds : undefined;
  }

  /**
   * Encodes one run of the plan, timed, if that was asked for.
   * @returns what to call once the encoder's work is submitted, if it did
   */
  encode(plan: Plan, encoder: GPUCommandEncoder): (() => void) | undefined {
    const count = plan.kernels.length;
    if (!this.#isWanted || count > mostDispatches) return undefined;
    this.#isWanted = false;
    const size = 16 * count;
    const queries = this.#device.createQuerySet({ type: 'timestamp', count: 2 * count });
    const resolved = this.#device.createBuffer({
      size,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const mapped = this.#device.createBuffer({
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    plan.encodeTimed(encoder, (i) => ({
      querySet: queries,
      beginningOfPassWriteIndex: 2 * i,
      endOfPassWriteIndex: 2 * i + 1,
    }));
    encoder.resolveQuerySet(queries, 0, 2 * count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, mapped, 0, size);
    return () => {
      const read = mapped.mapAsync(GPUMapMode.READ).then(
        () => this.#take(plan, new BigInt64Array(mapped.getMappedRange())),
        () => undefined, // the device is lost: others say so
      );
      void read.finally(() => {
        for (const each of [queries, resolved, mapped]) each.destroy();
      });
    };
  }

  #take(plan: Plan, stamps: BigInt64Array): void {
    const taken = plan.kernels.map((_, i) => Number((stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n)) / 1e6);
    // Some drivers offer timestamps and write none.
    if (!taken.some((milliseconds) => milliseconds > 0)) return;
    const before = this.of(plan);
    this.#plan = plan;
    this.#milliseconds = taken.map((now, i) => {
      const mean = before?.[i] ?? now;
      return mean + freshness * (Math.max(0, now) - mean);
    });
  }
}

/**
 * Brings the steps' reports from the GPU as rows of metrics: several at a time, without blocking, one group on its way
 * back while the next is being encoded, so that encoding never runs far ahead of the GPU.
 */
import type { Breakdown } from './breakdown.ts';
import * as tf from './tf.ts';
import { reportSize } from './step.ts';

/** A report that is to come back, with what only the host knows. */
interface Pending {
  readonly report: tf.Tensor1D;
  /** The step after which it was made: the first is 1. */
  readonly step: number;
  /** Seconds of training until then. */
  readonly seconds: number;
}

/** How long a group of steps should take on the GPU, in milliseconds: about ten rows of news a second. */
const groupTime = 100;
const largestGroup = 64;

export class Reports {
  readonly #tasks: number;
  readonly #onRows: (rows: Float32Array) => void;
  #pending: Pending[] = [];
  #groupSize = 1;
  #inFlight: Promise<void> = Promise.resolve();
  #lastArrival = 0;
  /** The first breakdown so far; the rows end with it. */
  breakdown: Breakdown | undefined;

  /** @param onRows gets [n, metricColumns], row-major; it may transfer them */
  constructor(tasks: number, onRows: (rows: Float32Array) => void) {
    this.#tasks = tasks;
    this.#onRows = onRows;
  }

  /** Takes over a report. Waits where the GPU is two groups behind. Rejects where the device is lost. */
  async push(pending: Pending): Promise<void> {
    this.#pending.push(pending);
    if (this.#pending.length < this.#groupSize) return;
    await this.#inFlight;
    this.#inFlight = this.#fetch();
    // Whoever awaits it next sees the failure; until then it is not unhandled.
    this.#inFlight.catch(() => {});
  }

  /** Waits until every report has come back. */
  async flush(): Promise<void> {
    await this.#inFlight;
    await this.#fetch();
    this.#lastArrival = 0;
  }

  /** Starts anew after a breakdown: what is still on its way does not count. */
  async restart(): Promise<void> {
    await this.flush();
    this.breakdown = undefined;
  }

  dispose(): void {
    for (const { report } of this.#pending) report.dispose();
    this.#pending = [];
  }

  async #fetch(): Promise<void> {
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    const since = this.#lastArrival || performance.now();
    const table = tf.tidy(() => tf.stack(group.map(({ report }) => report)));
    tf.dispose(group.map(({ report }) => report));
    try {
      const values = await table.data<'float32'>();
      this.#lastArrival = performance.now();
      const perStep = (this.#lastArrival - since) / group.length;
      this.#groupSize = Math.max(1, Math.min(largestGroup, Math.round(groupTime / perStep)));
      this.#emit(group, values);
    } finally {
      table.dispose();
    }
  }

  /** Makes rows of reports, up to the first that broke down; nothing after it counts. */
  #emit(group: readonly Pending[], values: Float32Array): void {
    if (this.breakdown) return;
    const width = reportSize(this.#tasks);
    const rows: number[] = [];
    for (const [i, { step, seconds }] of group.entries()) {
      rows.push(...this.#row(step, seconds, values.subarray(i * width, (i + 1) * width)));
      if (this.breakdown) break;
    }
    this.#onRows(Float32Array.from(rows));
  }

  /** One row; a task without a label in the batch has no loss and no metric there: NaN. */
  #row(step: number, seconds: number, report: Float32Array): number[] {
    const tasks = this.#tasks;
    const [rate = 0, norm = 0] = report;
    const part = (index: number) => report.subarray(2 + index * tasks, 2 + (index + 1) * tasks);
    const labelled = Array.from(part(2), (count) => count > 0);
    const known = (values: Float32Array) =>
      Array.from(values, (value, t) => (labelled[t] ? value : Number.NaN));
    const losses = known(part(0));
    const broken = losses.findIndex((loss, t) => labelled[t] && !Number.isFinite(loss));
    if (broken >= 0) this.breakdown = { step, task: broken, value: losses[broken] ?? Number.NaN };
    else if (!Number.isFinite(norm)) this.breakdown = { step, task: undefined, value: norm };
    return [step, seconds, rate, norm, ...losses, ...known(part(1)), ...part(3)];
  }
}

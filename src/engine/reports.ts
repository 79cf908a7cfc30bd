/**
 * Makes rows of metrics of the steps' reports as they come back from the GPU, and sees to it that no more than two
 * submits are on their way: one that runs and one that waits for it.
 */
import { BreakdownError, type Breakdown } from './breakdown.ts';
import { pairsOf } from '#lib/gramian.ts';
import { complaintsHeard } from './device.ts';
import { Pace } from './pace.ts';
import { reportSize } from './step.ts';

/** Steps that went to the GPU together. */
export interface Submitted {
  /** Steps done before the first of them. */
  readonly first: number;
  readonly count: number;
  /** [count, reportSize]; rejects where the device is lost. */
  readonly reports: Promise<Float32Array>;
  /** By what the task gradients were taken of which the reports tell; false where they tell of none. */
  readonly measures: 'representation' | 'parameters' | false;
}

/** Who listens. */
export interface News {
  /** [n, metricColumns], row-major. */
  onRows(rows: Float32Array): void;
  /** [n, gramianColumns], row-major. */
  onGramians(rows: Float32Array): void;
}

/** Milliseconds between two lots of news. */
const newsEvery = 100;

export class Reports {
  readonly pace = new Pace();
  readonly #tasks: number;
  readonly #seconds: () => number;
  readonly #news: News;
  #onTheWay: Promise<void>[] = [];
  /** Other work between the submits: the last of it. */
  #beside: Promise<void> = Promise.resolve();
  #lastArrival = 0;
  #secondsThen = 0;
  #rows: number[] = [];
  #gramians: number[] = [];
  #toldAt = 0;
  /** The first breakdown so far; the rows end with it. */
  breakdown: Breakdown | undefined;

  /**
   * @param seconds of training by now
   * @param news gets them, and may transfer them
   */
  constructor(tasks: number, seconds: () => number, news: News) {
    this.#tasks = tasks;
    this.#seconds = seconds;
    this.#news = news;
  }

  /** Takes note of a submit. Waits while another one is on its way. Rejects where the device is lost. */
  async push(submitted: Submitted): Promise<void> {
    const arrival = this.#await(submitted, performance.now(), this.#beside);
    // Whoever awaits it next sees the failure; until then it is not unhandled.
    arrival.catch(() => {});
    this.#onTheWay.push(arrival);
    if (this.#onTheWay.length > 1) await this.#onTheWay.shift();
  }

  /**
   * Submits other work between two submits of steps, whose pace it leaves alone.
   * @param take is told, once it is known that nothing had gone wrong by then, what came of it and the milliseconds that
   *   the steps had to wait
   */
  beside<Result>(work: () => Promise<Result>, take: (result: Result, milliseconds: number) => void): void {
    const arrival = this.#awaitBeside(work, take, this.#beside);
    arrival.catch(() => {}); // whoever waits for the next submit sees the failure
    this.#beside = arrival;
  }

  /** Takes note of a Gramian that was measured beside the steps: a row of gramianColumns. */
  addGramian(row: readonly number[]): void {
    this.#gramians.push(...row);
    if (performance.now() - this.#toldAt > newsEvery) this.#tell();
  }

  /** Waits until every report has come back, and all other work. */
  async flush(): Promise<void> {
    while (this.#onTheWay.length > 0) await this.#onTheWay.shift();
    await this.#beside;
    this.#tell();
  }

  /** Throws BreakdownError where the numbers have broken down. */
  throwIfBroken(): void {
    if (this.breakdown) throw new BreakdownError(this.breakdown);
  }

  /** Starts anew after a breakdown: what is still on its way does not count. */
  async restart(): Promise<void> {
    await this.flush();
    this.breakdown = undefined;
  }

  /** @param beside what was submitted before */
  async #await(submitted: Submitted, submittedAt: number, beside: Promise<void>): Promise<void> {
    const [values] = await Promise.all([submitted.reports, beside]);
    const now = performance.now();
    this.pace.took(now - Math.max(submittedAt, this.#lastArrival), submitted.count);
    this.#lastArrival = now;
    await complaintsHeard(); // where the device refused work, the numbers are not what they seem
    this.#take(submitted, values);
    if (this.breakdown || now - this.#toldAt > newsEvery) this.#tell();
  }

  async #awaitBeside<Result>(
    work: () => Promise<Result>,
    take: (result: Result, milliseconds: number) => void,
    before: Promise<void>,
  ): Promise<void> {
    const submittedAt = performance.now();
    const [result] = await Promise.all([work(), before]);
    const now = performance.now();
    const milliseconds = now - Math.max(submittedAt, this.#lastArrival);
    this.#lastArrival = now;
    await complaintsHeard();
    if (!this.breakdown) take(result, milliseconds);
  }

  /** Makes rows of reports, up to the first that broke down; nothing after it counts. */
  #take({ first, count, measures }: Submitted, values: Float32Array): void {
    const width = reportSize(this.#tasks, measures !== false);
    const seconds = this.#seconds();
    const since = Math.min(this.#secondsThen, seconds);
    this.#secondsThen = seconds;
    for (let i = 0; i < count && !this.breakdown; i++) {
      const at = since + ((seconds - since) * (i + 1)) / count;
      const report = values.subarray(i * width, (i + 1) * width);
      this.#rows.push(...this.#row(first + i + 1, at, report));
      if (measures && !this.breakdown)
        this.#gramians.push(first + i + 1, measures === 'parameters' ? 1 : 0, ...this.#products(report));
    }
  }

  #tell(): void {
    const [rows, gramians] = [this.#rows, this.#gramians].map((numbers) => Float32Array.from(numbers));
    this.#rows = [];
    this.#gramians = [];
    this.#toldAt = performance.now();
    if (rows && rows.length > 0) this.#news.onRows(rows);
    if (gramians && gramians.length > 0) this.#news.onGramians(gramians);
  }

  /** Each pair's product once, of the T×T at the end of a report. */
  #products(report: Float32Array): number[] {
    const tasks = this.#tasks;
    const products = report.subarray(-tasks * tasks);
    return pairsOf(tasks).map(([i, j]) => products[i * tasks + j] ?? Number.NaN);
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

/** One line that tells how far training is: rewritten in place on a terminal, else a new one now and then. */
import { formatCount, formatDuration, formatValue } from '#lib/format.ts';

/** Milliseconds between two lines. */
const interval = { terminal: 200, file: 5000 } as const;

export class Progress {
  readonly #quiet: boolean;
  readonly #isTerminal = process.stdout.isTTY;
  #start = performance.now();
  #said = performance.now();
  #pending = false;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  /** Training begins now: time left is reckoned from here. */
  begin(): void {
    this.#start = performance.now();
  }

  /** A line that stays. */
  say(line: string): void {
    if (this.#quiet) return;
    if (this.#pending) process.stdout.write('\r\u001B[K');
    this.#pending = false;
    console.log(line);
  }

  /**
   * The latest of the run.
   * @param first steps that were done before this run
   * @param losses task name and loss
   */
  step(step: number, total: number, first: number, losses: readonly (readonly [string, number])[]): void {
    const share = (step - first) / (total - first);
    const elapsed = (performance.now() - this.#start) / 1000;
    const left = formatDuration((elapsed / share) * (1 - share));
    const shown = losses.map(([name, loss]) => `${name} ${formatValue(loss)}`).join(', ');
    // Time left comes first: a narrow terminal cuts the end off.
    const rate = formatRate((step - first) / elapsed);
    this.#update(
      `Step ${formatCount(step)} of ${formatCount(total)} · ${left} left · ${rate} · loss: ${shown}`,
    );
  }

  /** How far something else is: "Composing Multi-Fashion: 42 %". */
  share(what: string, done: number, total: number): void {
    this.#update(`${what}: ${Math.floor((100 * done) / total)} %`);
  }

  #update(line: string): void {
    const now = performance.now();
    if (this.#quiet || now - this.#said < (this.#isTerminal ? interval.terminal : interval.file)) return;
    this.#said = now;
    if (!this.#isTerminal) return console.log(line);
    // A longer line would wrap, and could not be rewritten.
    process.stdout.write(`\r\u001B[K${line.slice(0, (process.stdout.columns || 80) - 1)}`);
    this.#pending = true;
  }
}

function formatRate(perSecond: number): string {
  const digits = (value: number) => formatValue(Number(value.toPrecision(3)));
  return perSecond >= 1 ? `${digits(perSecond)} steps/s` : `${digits(1 / perSecond)} s/step`;
}

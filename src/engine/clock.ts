/** Seconds of training: runs while steps are trained, stands still while paused or evaluating. */
export class Clock {
  #elapsed = 0;
  #since: number | undefined;

  get seconds(): number {
    const running = this.#since === undefined ? 0 : performance.now() - this.#since;
    return (this.#elapsed + running) / 1000;
  }

  /** Goes on from another time. */
  set seconds(seconds: number) {
    this.#elapsed = seconds * 1000;
    if (this.#since !== undefined) this.#since = performance.now();
  }

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    this.#elapsed = this.seconds * 1000;
    this.#since = undefined;
  }
}

/** How many steps go to the GPU at once: enough to keep it busy, few enough to act on a pause and leave it to the page. */

/** What one submit should take, in milliseconds: far from the two seconds after which an operating system steps in. */
const goal = 30;
const most = 256;

export class Pace {
  /** For the next submit. */
  steps = 1;
  /** From one step to the next, in milliseconds, lately; NaN before the first. */
  stepMilliseconds = Number.NaN;

  get stepSeconds(): number {
    return this.stepMilliseconds / 1000;
  }

  /** Learns from a submit that came back. */
  took(milliseconds: number, steps: number): void {
    const each = milliseconds / steps;
    this.stepMilliseconds = Number.isNaN(this.stepMilliseconds)
      ? each
      : this.stepMilliseconds + 0.3 * (each - this.stepMilliseconds);
    const fitting = Math.floor(goal / this.stepMilliseconds);
    // At most twice as many as before: one short measurement is no promise.
    this.steps = Math.max(1, Math.min(fitting, 2 * this.steps, most));
  }
}

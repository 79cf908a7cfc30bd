/** How much of a training may go into tuning, and for which kernels that can pay. */

/** How a training goes, for the decision whether to tune now. */
export interface TrainingProgress {
  /** Seconds of training so far, tuning included. */
  readonly seconds: number;
  /** Seconds from one step to the next; NaN before that is known. */
  readonly stepSeconds: number;
  readonly stepsLeft: number;
}

/** Of the seconds of training. */
const share = 0.1;
/** The first seconds belong to the first points of the curves; then there is something to spend at once. */
const untouchedSeconds = 3;
const firstSeconds = 0.5;

/** What a better variant saves of a kernel's time: a guess, until it has been measured. */
const likelySaving = 0.3;

/** Seconds that one candidate takes, from compiling to the last round, before one was tried. */
const guessedCost = { software: 2, hardware: 0.3 } as const;

/** Seconds spent on tuning, against seconds trained. */
export class Budget {
  /** Of trainings before the one at hand. */
  #trainedBefore = 0;
  #trained = 0;
  #spent = 0;
  #costs = 0;
  #candidates = 0;

  /** Time goes on; a training that is younger than the last one seen is a new one. */
  update({ seconds }: TrainingProgress): void {
    if (seconds < this.#trained) this.#trainedBefore += this.#trained;
    this.#trained = seconds;
  }

  /** Seconds spent so far. */
  get spent(): number {
    return this.#spent;
  }

  /** Takes seconds off. */
  spend(seconds: number): void {
    this.#spent += seconds;
  }

  /** Learns what one candidate took, in seconds; nothing where nobody counted. */
  learn(seconds: number): void {
    if (seconds === 0) return;
    this.#costs += seconds;
    this.#candidates++;
  }

  get isExhausted(): boolean {
    const trained = this.#trainedBefore + this.#trained;
    return trained < untouchedSeconds || this.#spent >= firstSeconds + share * trained;
  }

  /**
   * Whether trying another candidate for a kernel is likely to save more than it costs within the rest of the training.
   * @param shareOfStep that the kernel takes
   */
  paysBack(shareOfStep: number, isSoftware: boolean, { stepSeconds, stepsLeft }: TrainingProgress): boolean {
    const guess = guessedCost[isSoftware ? 'software' : 'hardware'];
    const cost = this.#candidates > 0 ? this.#costs / this.#candidates : guess;
    return likelySaving * shareOfStep * stepSeconds * stepsLeft > cost;
  }
}

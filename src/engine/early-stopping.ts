/** Tells when training no longer helps: the watched validation loss has not improved for some validations. */
import type { Training } from '#experiment/training.ts';
import { byMean } from './snapshots.ts';
import type { Checkpoint, Evaluation } from './types.ts';

type Settings = NonNullable<Training['earlyStopping']>;

export class EarlyStopping {
  #lowest = Infinity;
  #since = 0;

  /** What it remembers, to go on from later. */
  get state(): Checkpoint['stopping'] {
    return { lowest: this.#lowest, since: this.#since };
  }

  set state({ lowest, since }) {
    this.#lowest = lowest;
    this.#since = since;
  }

  /** Takes a validation into account. Returns why training should stop, or undefined where it should go on. */
  judge({ watch, patience, minimumChange }: Settings, evaluation: Evaluation): string | undefined {
    const loss = watch === byMean ? evaluation.meanLoss : evaluation.tasks[watch]?.loss;
    if (loss === undefined)
      throw new Error(`Early stopping watches "${watch}", which is no task of this experiment.`);
    if (loss < this.#lowest - minimumChange) {
      this.#lowest = loss;
      this.#since = 0;
      return undefined;
    }
    this.#since++;
    if (this.#since < patience) return undefined;
    const what = watch === byMean ? 'the mean validation loss' : `the validation loss of "${watch}"`;
    return `Stopped early: ${what} has not improved for ${patience} validations (best ${this.#lowest.toPrecision(4)}).`;
  }
}

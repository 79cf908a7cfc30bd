/** Keeps the latest checkpoint of a run in its folder: never ahead of the rows that are there, never without an outcome. */
import type { Dataset } from '#data/dataset.ts';
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { checkpointParts } from '#exporters/checkpoint-file.ts';
import { isOver, originOf, reasonOf, startOf, stepsOf, type Input } from './input.ts';
import type { Results } from './results.ts';
import { writeWhole } from './whole-file.ts';

export class CheckpointFile {
  readonly #input: Input;
  readonly #results: Results;
  readonly #validations: readonly Omit<Evaluation, 'outputs'>[];
  /** In steps; undefined where there is nothing to validate on. */
  readonly #validateEvery: number | undefined;
  /** Waits for the rows of its steps. */
  #due: Checkpoint | undefined;
  /** Of the end: waits until all else is written. */
  #last: Checkpoint | undefined;

  /** @param validations of the run; grows */
  constructor(
    input: Input,
    dataset: Dataset,
    results: Results,
    validations: readonly Omit<Evaluation, 'outputs'>[],
  ) {
    this.#input = input;
    this.#results = results;
    this.#validations = validations;
    const { training } = input.experiment;
    if (dataset.split.validation.length > 0)
      this.#validateEvery = stepsOf(training.validateEvery, training, input.info);
  }

  /** Takes one that the engine offers. */
  offer(checkpoint: Checkpoint): void {
    if (checkpoint.step === startOf(this.#input)) this.#due ??= checkpoint;
    else if (!this.#isOnCourse(checkpoint)) return;
    else if (isOver(this.#input, checkpoint)) this.#last = checkpoint;
    else this.#due = checkpoint;
  }

  /** All rows up to this step are written. */
  settle(step: number): void {
    if (!this.#due || this.#due.step > step) return;
    this.#write(this.#due);
    this.#due = undefined;
  }

  /** All results are written. */
  conclude(): void {
    if (this.#last) this.#write(this.#last);
  }

  /**
   * Whether a longer run would pass through this state. Not between a step and its validation, which going on from there
   * would miss; nor after the validation that only a run that ends here makes.
   */
  #isOnCourse({ step, validatedAt }: Checkpoint): boolean {
    if (this.#validateEvery === undefined) return true;
    return (step % this.#validateEvery === 0) === (validatedAt === step);
  }

  #write(checkpoint: Checkpoint): void {
    const { experiment } = this.#input;
    const stored = {
      experiment,
      checkpoint,
      origin: originOf(this.#input),
      validations: this.#validations.filter(({ step }) => step <= checkpoint.validatedAt),
    };
    try {
      writeWhole(this.#results.pathOf('checkpoint.safetensors'), checkpointParts(stored));
    } catch (error) {
      console.error(`The checkpoint cannot be written: ${reasonOf(error)}.`); // training and results are worth more
    }
  }
}

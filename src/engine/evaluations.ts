/** What a run does with its weights beside training them: validations, tests, predictions, exports. */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { Training } from '#experiment/training.ts';
import type { Assembly } from './assembly.ts';
import { EarlyStopping } from './early-stopping.ts';
import type { Network } from './network.ts';
import type { Snapshot } from './snapshots.ts';
import type { Checkpoint, Evaluation, RunEvent, WeightsChoice, WeightsSnapshot } from './types.ts';

/** The run whose weights these are, as it is at any moment. */
export interface Evaluated {
  readonly assembly: () => Assembly;
  /** Seconds of training. */
  readonly seconds: () => number;
  readonly onEvent: (event: RunEvent) => void;
}

export class Evaluations {
  readonly #run: Evaluated;
  readonly #stopping = new EarlyStopping();
  /** Uses of weights that are going on. */
  readonly #going = new Set<Promise<unknown>>();
  /** The most that was held after an evaluation, which takes memory of its own. */
  #heldBytes = 0;
  /** Step of the last validation; -1 before the first. */
  #validatedAt = -1;

  constructor(run: Evaluated) {
    this.#run = run;
  }

  /** What the validations so far leave behind. */
  get state(): Pick<Checkpoint, 'stopping' | 'validatedAt'> {
    return { stopping: this.#stopping.state, validatedAt: this.#validatedAt };
  }

  set state({ stopping, validatedAt }) {
    this.#stopping.state = stopping;
    this.#validatedAt = validatedAt;
  }

  evaluate(split: SplitName, choice: WeightsChoice): Promise<Evaluation> {
    return this.#with(choice, (snapshot) => this.#evaluate(split, snapshot));
  }

  predict(pixels: Uint8Array, choice: WeightsChoice): Promise<Record<string, Float32Array>> {
    return this.#with(choice, (snapshot) => this.#network.predict(pixels, snapshot));
  }

  weights(choice: WeightsChoice): Promise<WeightsSnapshot> {
    return this.#with(choice, (snapshot) => this.#network.read(snapshot));
  }

  /** Validates the weights of now and keeps them if they are the best. Returns why to stop early, if that is so. */
  validate(earlyStopping: Training['earlyStopping']): Promise<string | undefined> {
    const { onEvent } = this.#run;
    const before = this.#validatedAt;
    this.#validatedAt = this.#step;
    return this.#with('last', async (snapshot) => {
      const evaluation = await this.#evaluate('validation', snapshot).catch((error: unknown) => {
        this.#validatedAt = before;
        throw error;
      });
      const { best } = this.#network;
      if (best.offer(evaluation, snapshot)) onEvent({ type: 'best', steps: best.steps });
      return earlyStopping ? this.#stopping.judge(earlyStopping, evaluation) : undefined;
    });
  }

  /** Waits until all that is going on has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#going);
  }

  async #evaluate(split: SplitName, snapshot: Snapshot): Promise<Evaluation> {
    const { assembly, seconds, onEvent } = this.#run;
    const evaluated = await this.#network.evaluate(split, snapshot, (done, total) =>
      onEvent({ type: 'evaluation-progress', split, done, total }),
    );
    const evaluation = { ...evaluated, seconds: seconds() };
    onEvent({ type: 'evaluation', evaluation });
    const { heldBytes } = assembly().trainer;
    if (heldBytes > this.#heldBytes) onEvent({ type: 'memory', heldBytes });
    this.#heldBytes = Math.max(heldBytes, this.#heldBytes);
    return evaluation;
  }

  get #network(): Network {
    return this.#run.assembly().network;
  }

  /** Steps that the weights of now were trained for. */
  get #step(): number {
    return this.#run.assembly().trainer.step;
  }

  /** Uses the chosen weights, which stay as they are meanwhile. */
  async #with<Result>(choice: WeightsChoice, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    const snapshot = this.#network.hold(choice, this.#step);
    const result = work(snapshot);
    this.#going.add(result);
    try {
      return await result;
    } finally {
      this.#going.delete(result);
      snapshot.release();
    }
  }
}

/** What a contender of the bench is: a trainer that takes steps on a problem, whatever it is made of. */
import type { EngineDetails } from '#engine/types.ts';
import type { Problem } from './problem.ts';

/** Some steps that were trained and are done, on the GPU as well. */
export interface Trained {
  /** At least as many as were asked for. */
  readonly steps: number;
  /** Sum of the task losses, before the first of these steps and before the last. */
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** Milliseconds per step in which the thread that trains was busy with it; undefined where it cannot be told. */
  readonly scriptMilliseconds?: number;
  /** How our own engine ran them. */
  readonly engine?: EngineDetails;
}

/** A network being trained. */
export interface Trainee {
  /** Trains about `steps` steps and waits until they are done. */
  train(steps: number): Promise<Trained>;
  /**
   * Called after the first step: looks for faster kernels, for about so long. Returns what came of it, in words; may begin
   * anew from the first weights.
   */
  tune?(seconds: number): Promise<string>;
}

export interface Contender {
  /** The processor, as the contender names it; opened by the first call. */
  open(): Promise<{ readonly adapter: string; readonly isSoftware: boolean }>;
  /** Builds the network on it. */
  build(problem: Problem): Promise<Trainee>;
}

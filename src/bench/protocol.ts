/** What the bench asks of a process or worker that holds one contender, and what comes back: plain JSON both ways. */
import type { EngineDetails } from '#engine/types.ts';
import type { ContenderId } from './contenders/index.ts';
import type { MethodChoice } from './methods.ts';
import type { NetworkId } from './networks.ts';

export type Request =
  /** Opens the device, builds the network, trains its first steps, which compile, and tunes for so long. */
  | {
      readonly kind: 'prepare';
      readonly contender: ContenderId;
      readonly network: NetworkId;
      readonly tuneSeconds: number;
    }
  | { readonly kind: 'round'; readonly steps: number }
  /** From a new run to its first metrics, on an open device. */
  | { readonly kind: 'first-metric'; readonly contender: ContenderId; readonly network: NetworkId }
  /** Steps of our engine under a method and under equal weights, by turns; `tuneSeconds` before, for each of the two. */
  | {
      readonly kind: 'method';
      readonly network: NetworkId;
      readonly tasks: number;
      readonly method: MethodChoice;
      readonly rounds: number;
      readonly tuneSeconds: number;
    }
  /** What the adapter can do at best. */
  | { readonly kind: 'peak' };

export interface Prepared {
  readonly adapter: string;
  readonly isSoftware: boolean;
  /** Where it is not the adapter: "cpu", "cuda". */
  readonly processor?: string;
  /** Of the contender's library, where it knows it. */
  readonly version?: string;
  /** Sum of the task losses before the first step. */
  readonly firstLoss: number;
  /** From the request to the end of the first step. */
  readonly startMilliseconds: number;
  /** Of a step after the first. */
  readonly stepMilliseconds: number;
  readonly notes: readonly string[];
}

/** A round of training steps; figures per step. */
export interface Round {
  readonly steps: number;
  readonly milliseconds: number;
  readonly lastLoss: number;
  /** Of the thread that trains; null where it cannot be told. */
  readonly scriptMilliseconds: number | null;
  readonly dispatches: number | null;
  readonly uploadedBytes: number | null;
  /** Since the contender started: the most that its buffers came to. */
  readonly peakBytes: number | null;
  /** Of our own engine. */
  readonly engine?: EngineDetails;
}

export interface FirstMetric {
  readonly milliseconds: number;
}

/** Of one of two runs that take turns. */
export interface Turn {
  readonly steps: number;
  /** Per step. */
  readonly milliseconds: number;
}

/** A method against equal weights: turns of the same index were next to each other. */
export interface MethodTurns {
  readonly equal: readonly Turn[];
  readonly method: readonly Turn[];
  /** Sum of the task losses after the method's steps. */
  readonly lastLoss: number;
  readonly equalEngine: EngineDetails;
  readonly engine: EngineDetails;
}

export interface Peak {
  readonly adapter: string;
  readonly isSoftware: boolean;
  /** 32-bit multiply-adds in independent chains, two operations each. */
  readonly gflops: number;
  /** Of a copy from one buffer to another: bytes read and written. */
  readonly gigabytesPerSecond: number;
}

interface Answers {
  prepare: Prepared;
  round: Round;
  'first-metric': FirstMetric;
  method: MethodTurns;
  peak: Peak;
}

export type AnswerTo<Asked extends Request> = Answers[Asked['kind']];
export type Answer = Answers[keyof Answers];

/** As it travels: numbers that JSON lacks are null. */
export type Reply = { readonly answer: Answer } | { readonly error: string };

/** The other end, wherever it runs. */
export interface Endpoint {
  /** Rejects with the contender's own words, or where it ended or takes longer than it may. */
  ask<Asked extends Request>(request: Asked): Promise<AnswerTo<Asked>>;
  /** Ends it, whatever it is doing. */
  close(): Promise<void>;
}

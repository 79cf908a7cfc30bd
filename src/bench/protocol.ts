/** What the bench asks of a process or worker that holds one contender, and what comes back: plain JSON both ways. */
import type { EngineDetails } from '#engine/types.ts';
import type { ContenderId } from './contenders/index.ts';
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

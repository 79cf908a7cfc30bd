/**
 * What the page and the training worker say to each other. Calls are answered once, by `answer` or `refusal` with the
 * same id; events come unasked. Typed arrays are transferred.
 */
import type { Dataset } from '#data/dataset.ts';
import type {
  Checkpoint,
  DeviceInfo,
  EngineDetails,
  NamedTensor,
  Normalisation,
  RunEvent,
  StepTiming,
  WeightsChoice,
  WeightsSnapshot,
} from '#engine/types.ts';
import type { RangePoint, RateRange } from '#experiment/rate-range.ts';
import type { Augmentation, Experiment } from '#experiment/schema.ts';

/** A data set without its images, which stay in the worker. */
export type DatasetSummary = Omit<Dataset, 'images'>;

/** Pixels of some samples. */
export interface Samples {
  /** [n, height, width, channels], 0…255. */
  readonly pixels: Uint8Array;
}

/** Whose answers are asked for, and on what. */
export interface AnswersInput {
  readonly experiment: Experiment;
  /** All parameters and running statistics of its network. */
  readonly tensors: readonly NamedTensor[];
  /** With which they were trained. */
  readonly normalisation: Normalisation;
  readonly on:
    | { readonly split: 'validation' | 'test' }
    | { readonly pixels: Uint8Array; readonly count: number };
  /** A number of the caller's, by which progress is told and the call can be cancelled. */
  readonly ticket?: number;
}

/** The input of calls that take none: `{}`. */
type Nothing = Readonly<Record<string, never>>;

/** Every call: what it takes and what it gives. */
export interface Calls {
  /** Opens the GPU; the first call. `fresh` lets go of the one that is open and ends any run; the data stay. */
  open: { input: { fresh?: boolean }; output: DeviceInfo };
  /** Builds a data set; replaces the one before. Ends any run. */
  load: { input: { data: Experiment['data']; seed: number }; output: DatasetSummary };
  /** Stops building a data set; the pending `load` is refused. */
  cancelLoad: { input: Nothing; output: null };
  samples: { input: { ids: Uint32Array }; output: Samples };
  /** SHA-256 of the data set that is loaded, as data/fingerprint.ts takes it. */
  fingerprint: { input: Nothing; output: string };
  /** The same samples as augmentation would show them, several draws of each: [ids × draws]. */
  augmented: {
    input: { ids: Uint32Array; augmentation: Augmentation; seed: number; draws: number };
    output: Samples;
  };
  /**
   * Builds the network on the loaded data; ends the run before. `tensors` replace its initial weights; `checkpoint` is
   * gone on from, as far as the network is that of then.
   */
  prepare: {
    input: {
      run: number;
      experiment: Experiment;
      tensors?: readonly NamedTensor[];
      step?: number;
      checkpoint?: Checkpoint;
      /** As in `watch`. */
      watchEvery?: number | null;
    };
    output: null;
  };
  /** Measures the task gradients, layer by layer, every so many steps; null: not at all. */
  watch: { input: { every: number | null }; output: null };
  /** The run goes on as another experiment on the same data; where that does not fit, it stays as it was. */
  adopt: { input: { experiment: Experiment }; output: null };
  /** Trains on until paused or done; pauses by itself after the step `pauseAt`, where it gets so far. */
  resume: { input: { pauseAt?: number }; output: null };
  pause: { input: Nothing; output: null };
  /** Trains one step and pauses. */
  step: { input: Nothing; output: null };
  /** Frees the run. */
  discard: { input: Nothing; output: null };
  /** Live changes; they hold from the next step on. */
  adjust: { input: { training?: Experiment['training']; strategy?: Experiment['strategy'] }; output: null };
  /** Evaluates a part of the data now; the result also comes as an event. */
  evaluate: { input: { split: 'validation' | 'test'; weights: WeightsChoice }; output: null };
  /** Outputs by task id for images of the data set's size: [n, outputs]. */
  predict: {
    input: { pixels: Uint8Array; count: number; weights: WeightsChoice };
    output: Readonly<Record<string, Float32Array>>;
  };
  /**
   * Raw outputs by task id, [images, outputs], of a network with given weights, beside whatever run there is: of a part of
   * the data set that is loaded, or of `count` images of the size of the experiment's.
   */
  answers: { input: AnswersInput; output: Readonly<Record<string, Float32Array>> };
  /** Stops answering: the pending `answers` of this ticket is refused. */
  cancelAnswers: { input: { ticket: number }; output: null };
  weights: { input: { choice: WeightsChoice }; output: WeightsSnapshot };
  /** How the training step runs; null where there is no run. */
  details: { input: Nothing; output: EngineDetails | null };
  /**
   * Tests learning rates on weights of its own, fresh ones or a checkpoint's; the run must not be training. Points come as
   * events with this id. Whatever trains or loads anything ends it, and it is refused.
   */
  testRange: {
    input: { id: number; experiment: Experiment; range: RateRange; checkpoint?: Checkpoint };
    output: readonly RangePoint[];
  };
  /** Times a few steps in the same way. */
  timeSteps: { input: { experiment: Experiment }; output: StepTiming };
  /** Ends such a test. */
  endRehearsal: { input: Nothing; output: null };
  /** Forgets which variants of kernels were the fastest, in this session and before. */
  forgetTuning: { input: Nothing; output: null };
}

export type CallName = keyof Calls;

/** Page to worker. */
export type Request<Name extends CallName = CallName> = {
  [Each in Name]: { readonly id: number; readonly name: Each; readonly input: Calls[Each]['input'] };
}[Name];

/** Unasked news; `run` tells whose, so that events of older runs can be dropped. */
export type WorkerEvent =
  | { readonly type: 'load-progress'; readonly done: number; readonly total: number }
  | {
      readonly type: 'answers-progress';
      readonly ticket: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'device-lost'; readonly message: string }
  | { readonly type: 'range-points'; readonly id: number; readonly points: readonly RangePoint[] }
  | { readonly type: 'run'; readonly run: number; readonly event: RunEvent };

/** Worker to page. */
export type Reply =
  /** The first: a lock that is free again once the worker is dead. */
  | { readonly type: 'alive'; readonly lock: string }
  | { readonly type: 'answer'; readonly id: number; readonly output: Calls[CallName]['output'] }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string }
  | { readonly type: 'event'; readonly event: WorkerEvent };

/** The engine's interface in types only: what crosses from it to the worker, the page and the command line. */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { MemoryLimits } from '#experiment/memory.ts';
import type { Scores } from '#experiment/tasks/task.ts';

export type BackendName = 'webgpu' | 'webgl' | 'cpu';

/** What the training runs on, in words and figures for a reader. */
export interface DeviceInfo {
  readonly backend: BackendName;
  /** Name of the adapter, as much as the browser tells, e.g. "nvidia ampere". */
  readonly adapter: string;
  /** The "GPU" is a program on the CPU: correct, but some hundred times slower. */
  readonly isSoftware: boolean;
  /** Why this is not the backend that was asked for; absent when it is. */
  readonly fallbackReason?: string;
  /** Largest single allocation, and largest part of one that a kernel may see. */
  readonly limits: MemoryLimits;
  /** Optional WebGPU features that are switched on, sorted. */
  readonly features: readonly string[];
}

/** A parameter or running statistic on the host, in PyTorch's name, shape and layout. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Which weights of a run: as they are now, the best by the mean validation loss, or the best of one task. */
export type WeightsChoice = 'last' | 'best' | { readonly bestOf: string };

/** Per channel, in shares of the full range 0…1: the network sees (pixel / 255 − mean) / deviation. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Weights with where they come from, and what they need to be used elsewhere. */
export interface WeightsSnapshot {
  readonly step: number;
  readonly normalisation: Normalisation;
  readonly tensors: readonly NamedTensor[];
}

export interface Evaluation {
  readonly split: SplitName;
  /** Steps trained before. */
  readonly step: number;
  /** Seconds of training before. */
  readonly seconds: number;
  readonly tasks: Readonly<Record<string, Scores>>;
  /** Mean of the task losses that are defined. */
  readonly meanLoss: number;
  /** Raw network outputs by task, [samples of the split, outputs], in the split's order. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

export type RunStatus = 'preparing' | 'running' | 'paused' | 'finished' | 'failed';

/** What a run says while it goes. */
export type RunEvent =
  | {
      readonly type: 'status';
      readonly status: RunStatus;
      readonly step: number;
      readonly totalSteps: number;
    }
  /** `rows` is [n, metricColumns], row-major. */
  | { readonly type: 'metrics'; readonly rows: Float32Array }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  | {
      readonly type: 'evaluation-progress';
      readonly split: SplitName;
      readonly done: number;
      readonly total: number;
    }
  /** Best so far by the mean (`mean`) or by task id: the step of it. */
  | { readonly type: 'best'; readonly steps: Readonly<Record<string, number>> }
  | { readonly type: 'stopped-early'; readonly step: number; readonly reason: string }
  | { readonly type: 'failed'; readonly message: string };

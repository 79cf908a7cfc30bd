/** The engine's interface in types only: what crosses from it to the worker, the page and the command line. */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
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

/** One kernel of the training step, for "engine details". */
export interface KernelDetails {
  /** Name of the kernel, such as "correlate". */
  readonly name: string;
  /** What it works on, in words; empty where the name says it all. */
  readonly problem: string;
  /** How it is cut, in words; empty where there is only one way. */
  readonly variant: string;
  /** Whether the variant is a guess, was found the fastest in this session, or was remembered from an earlier one. */
  readonly choice: 'only' | 'default' | 'tuned' | 'remembered';
  /** Variants that were found unfit here, each with the reason; absent where none was. */
  readonly rejected?: readonly string[];
  /** Dispatches per step. */
  readonly count: number;
  /** Floating-point operations per step; 0 where nobody counts them. */
  readonly flops: number;
  /** Milliseconds per step on the GPU; absent until measured. */
  readonly milliseconds?: number;
}

/** How the training step runs, for "engine details" and the bench. */
export interface EngineDetails {
  /** Replayed from a recording, or run operation by operation. */
  readonly mode: 'replayed' | 'eager';
  /** Why it is not replayed; absent where it is. */
  readonly reason?: string;
  /** Of one step. */
  readonly dispatches: number;
  /** Uploaded per step, in bytes: images that stream, between two submits. */
  readonly uploadedBytes: number;
  /** Milliseconds that steps have waited for images of a data set that streams; absent where all images are there. */
  readonly waitedForImages?: number;
  /** Buffers of the recording, in bytes: activations, gradients, workspace. */
  readonly planBytes: number;
  /** All that the run holds on the GPU, the recording included, in bytes. */
  readonly heldBytes: number;
  readonly stepsPerSubmit: number;
  /** From one step to the next, in milliseconds; NaN before the first. */
  readonly stepMilliseconds: number;
  /** JavaScript of ours per step, in milliseconds; NaN before the first. */
  readonly scriptMilliseconds: number;
  /** In the order of their first dispatch. */
  readonly kernels: readonly KernelDetails[];
}

/** How long a training step took. */
export interface StepTiming {
  /** From one step to the next. */
  readonly milliseconds: number;
  /** Steps that were timed. */
  readonly steps: number;
}

/** All that a run needs to go on as if it had never stopped, on the host. */
export interface Checkpoint {
  /** Steps trained. */
  readonly step: number;
  /** Updates since the optimiser's state was zero. */
  readonly updates: number;
  /** Seconds of training. */
  readonly seconds: number;
  /** Parameters and running statistics. */
  readonly tensors: readonly NamedTensor[];
  /** Optimiser state, named as in torch.optim after its parameter: `trunk.0.weight.exp_avg`. */
  readonly optimiser: readonly NamedTensor[];
  /** What the multi-task method remembers, named after it: `dwa.state`. Empty for one that remembers nothing. */
  readonly strategy: readonly NamedTensor[];
  readonly normalisation: Normalisation;
  /** The best weights so far, each set once. */
  readonly best: readonly BestWeights[];
  /** What early stopping remembers: the lowest watched loss, and validations since. */
  readonly stopping: { readonly lowest: number; readonly since: number };
  /** Step of the last validation; -1 before the first. */
  readonly validatedAt: number;
}

/** Weights that were the best at something when they were validated. */
export interface BestWeights {
  readonly step: number;
  readonly tensors: readonly NamedTensor[];
  /** Validation losses that no other weights reached: by `mean` or task id. */
  readonly losses: Readonly<Record<string, number>>;
  /** Of all numbers, so that what keeps checkpoints keeps the same weights once; absent where they come from a file. */
  readonly digest?: string;
}

/** Inner products of the task gradients by the parameters of each layer of the trunk, at one step. */
export interface LayerGramians {
  /** Steps trained before. */
  readonly step: number;
  /** Paths of the trunk's layers with parameters, in their order: `trunk.0`. */
  readonly layers: readonly string[];
  /** [layers, T(T+1)/2], in the order of lib/gramian.ts. */
  readonly gramians: Float32Array;
  /** [T] losses of the batch; NaN for a task without a label in it. */
  readonly losses: Float32Array;
  /** What measuring took. */
  readonly milliseconds: number;
}

/** Why a run cannot go on: the device is gone, its memory ran out, or something else. */
export type FailureCause = 'device' | 'memory' | 'other';

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
  /**
   * Gramians of the task gradients: rows of {@link gramianColumns}. From a method that needs them, at every step; else
   * those that were measured on the side, every so many steps.
   */
  | { readonly type: 'gramians'; readonly rows: Float32Array }
  | { readonly type: 'layer-gramians'; readonly measured: LayerGramians }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  | {
      readonly type: 'evaluation-progress';
      readonly split: SplitName;
      readonly done: number;
      readonly total: number;
    }
  /** Best so far by the mean (`mean`) or by task id: the step of it. */
  | { readonly type: 'best'; readonly steps: Readonly<Record<string, number>> }
  /** The most that was held on the GPU so far, in bytes, where it has grown. */
  | { readonly type: 'memory'; readonly heldBytes: number }
  | { readonly type: 'stopped-early'; readonly step: number; readonly reason: string }
  /** From here on the run trains another experiment. */
  | { readonly type: 'adopted'; readonly experiment: Experiment }
  /** A state to go back to; what comes later may be lost. */
  | { readonly type: 'checkpoint'; readonly checkpoint: Checkpoint }
  /**
   * Training broke down: the run is as it was after `step` again, and paused. Rows and evaluations of later steps no
   * longer count.
   */
  | { readonly type: 'rewound'; readonly step: number; readonly message: string }
  /** The run paused by itself, since images could not be read; it can go on from where it is. */
  | { readonly type: 'interrupted'; readonly message: string }
  /** The run is over; `cause` tells what may help. */
  | { readonly type: 'failed'; readonly cause: FailureCause; readonly message: string };

/** What a run is started with. */
import type { Dataset } from '#data/dataset.ts';
import type { MemoryLimits } from '#experiment/memory.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { ResidentDataset } from './resident.ts';
import type { Tuner } from './tuning/tuner.ts';
import type { Checkpoint, NamedTensor, RunEvent } from './types.ts';

export interface RunOptions {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** The same data set on the device, where it is there already; the run does not free it. */
  readonly resident?: ResidentDataset;
  /** Weights to start from instead of drawn ones. */
  readonly tensors?: readonly NamedTensor[];
  /** Steps that these weights were trained for. */
  readonly step?: number;
  /** A state to go on from instead of all that; what the network shares with it is kept. */
  readonly checkpoint?: Checkpoint;
  /** Limits of the device, to refuse what cannot fit. */
  readonly limits?: MemoryLimits;
  /** Looks for faster variants of the kernels meanwhile; it belongs to the device and stays when the run goes. */
  readonly tuner?: Tuner | undefined;
  /** Measures the task gradients, layer by layer, every so many steps; null or left out: not at all. */
  readonly watchEvery?: number | null;
  /** Pauses by itself after this step, where it gets so far. */
  readonly pauseAt?: number;
  /** Its typed arrays belong to the listener. */
  readonly onEvent: (event: RunEvent) => void;
}

/** The step at which a run that has come to `step` pauses by itself, or is done. */
export function goalAfter(step: number, total: number, pauseAt: number | undefined): number {
  return pauseAt !== undefined && pauseAt > step ? Math.min(pauseAt, total) : total;
}

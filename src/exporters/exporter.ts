/** What an exporter is, what it gets, and what a file gives back. */
import type { Evaluation, NamedTensor, WeightsChoice, WeightsSnapshot } from '#engine/types.ts';
import type { DatasetInfo, SplitName } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import type { SeriesTable } from '#lib/series.ts';

/** Everything that an export may say about a run. */
export interface FinishedRun {
  readonly experiment: Experiment;
  readonly info: DatasetInfo;
  readonly weights: WeightsSnapshot;
  /** Which weights of the run these are. */
  readonly choice: WeightsChoice;
  /** One row per training step, columns as `metricColumns` names them. */
  readonly series: SeriesTable;
  /** One row per measurement of the task gradients, columns as `gramianColumns` names them. */
  readonly gramians: SeriesTable;
  readonly validations: readonly Omit<Evaluation, 'outputs'>[];
  readonly test: Omit<Evaluation, 'outputs'> | null;
}

/** Loss and metrics of all tasks after a number of steps. */
export interface StoredScores {
  readonly step: number;
  readonly tasks: Readonly<Record<string, Scores>>;
}

/** What an opened file holds beside the experiment. */
export interface StoredWeights {
  readonly step: number;
  /** Which weights of their run they are, in words: "best". */
  readonly choice: string;
  readonly tensors: readonly NamedTensor[];
  readonly metrics: Readonly<Partial<Record<SplitName, StoredScores>>>;
}

export interface OpenedFile {
  readonly experiment: Experiment;
  readonly weights?: StoredWeights;
}

export interface Exporter<Run = FinishedRun> {
  readonly name: string;
  /** One sentence: what is in it and what it is good for. */
  readonly help: string;
  /** How its files' names end: the first, when written; any, when opened. */
  readonly endings: readonly [`.${string}`, ...`.${string}`[]];
  write(run: Run): Promise<Blob>;
  /**
   * Reads such a file back; absent where it cannot be.
   * Throws FileError or ExperimentError, with the file's name in the message of the former.
   */
  read?(file: Blob, name: string): Promise<OpenedFile>;
}

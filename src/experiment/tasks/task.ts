/** What every task kind tells about itself, without tfjs: settings, outputs, metrics, how a prediction reads. */
import type { z } from 'zod';
import type { ColumnInfo } from '../dataset-info.ts';

export interface MetricInfo {
  readonly id: string;
  readonly name: string;
  readonly direction: 'higher' | 'lower';
  /** `share`: 0…1, shown in per cent; `value`: a plain number. */
  readonly unit: 'share' | 'value';
}

/** Outputs of one part of the data, with what they should have been. */
export interface Outputs {
  /** [samples, outputs of the task], row-major: raw network outputs (logits, or predicted numbers). */
  readonly outputs: Float32Array;
  /** [samples, width of the column], row-major; NaN where not labelled. */
  readonly targets: Float32Array;
}

/** Loss and metrics over the labelled samples; NaN where nothing is labelled or the metric is not defined. */
export interface Scores {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A prediction, or a label, in words and numbers. */
export interface Reading {
  readonly text: string;
  /** Classes by falling probability, or one entry per number. */
  readonly entries: readonly { readonly label: string; readonly value: number }[];
}

export interface TaskDefinition<Settings> {
  readonly name: string;
  readonly help: string;
  readonly schema: z.ZodType<Settings>;
  /** The kind of label column it learns. */
  readonly column: ColumnInfo['kind'];
  /** The first one is the task's main metric. */
  readonly metrics: readonly MetricInfo[];
  /** The metric that is cheap enough to follow on every training batch; one of `metrics`. */
  readonly trainingMetric: string;
  /** What its loss is called: "cross-entropy". */
  lossName(settings: Settings): string;
  /** Width of its final layer. */
  outputs(column: ColumnInfo): number;
  score(settings: Settings, column: ColumnInfo, data: Outputs): Scores;
  /** Reads one row of network outputs. */
  readOutputs(column: ColumnInfo, row: Float32Array): Reading;
  /** Reads one row of the label table; text "not labelled" for NaN. */
  readLabel(column: ColumnInfo, row: Float32Array): Reading;
  /** How wrong one prediction is, for sorting (0 is right; larger is worse); NaN without a label. */
  wrongness(settings: Settings, column: ColumnInfo, outputs: Float32Array, targets: Float32Array): number;
}

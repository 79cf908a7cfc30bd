/** A data set in memory: uint8 images and a typed label table, one index list per part. */
import type { ColumnInfo, DatasetInfo, SplitName } from '#experiment/dataset-info.ts';

/** One label column of all samples. */
export interface LabelColumn {
  readonly info: ColumnInfo;
  /** [samples, columnWidth(info)], row-major. NaN means "not labelled". `class` holds the class index. */
  readonly values: Float32Array;
}

export interface Dataset {
  readonly info: DatasetInfo;
  /** [samples, height, width, channels], row-major, 0…255. */
  readonly images: Uint8Array;
  readonly columns: readonly LabelColumn[];
  /** Sample indices of each part; disjoint. */
  readonly split: Readonly<Record<SplitName, Uint32Array>>;
  /**
   * Training samples as they are drawn, where some are drawn more often than others: `split.train` with repetitions, which an
   * epoch's permutation runs over in its place. Left out: each once.
   */
  readonly draws?: Uint32Array;
}

/** A data set: uint8 images, in memory or where they can be read, a typed label table, and one index list per part. */
import type { ColumnInfo, DatasetInfo, SplitName } from '#experiment/dataset-info.ts';
import { memoryReader, type ImageReader } from './image-reader.ts';

/** One label column of all samples. */
export interface LabelColumn {
  readonly info: ColumnInfo;
  /** [samples, columnWidth(info)], row-major. NaN means "not labelled". `class` holds the class index. */
  readonly values: Float32Array;
}

export interface Dataset {
  readonly info: DatasetInfo;
  /** [samples, height, width, channels], row-major, 0…255; or what reads them, where they are not all in memory. */
  readonly images: Uint8Array | ImageReader;
  readonly columns: readonly LabelColumn[];
  /** Sample indices of each part; disjoint. */
  readonly split: Readonly<Record<SplitName, Uint32Array>>;
  /**
   * Training samples as they are drawn, where some are drawn more often than others: `split.train` with repetitions, which an
   * epoch's permutation runs over in its place. Left out: each once.
   */
  readonly draws?: Uint32Array;
}

/** A data set whose images are all in memory. */
export interface WholeDataset extends Dataset {
  readonly images: Uint8Array;
}

export const isWhole = (dataset: Dataset): dataset is WholeDataset => dataset.images instanceof Uint8Array;

/** Reads a data set's images, wherever they are. */
export const readerOf = ({ images, info }: Pick<Dataset, 'images' | 'info'>): ImageReader =>
  images instanceof Uint8Array ? memoryReader(images, info.image) : images;

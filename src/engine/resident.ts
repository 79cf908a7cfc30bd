/** A data set where the training happens: images as bytes, label columns with masks, and the parts' indices. */
import { isWhole, type Dataset, type LabelColumn } from '#data/dataset.ts';
import { channelStatistics } from '#data/split.ts';
import { columnWidth, splitNames, type SplitName } from '#experiment/dataset-info.ts';
import { disposeImages, residentImages, type Normalisation, type ResidentImages } from './kernels/batch.ts';
import * as tf from './tf.ts';

/** One label column of all samples. */
export interface ResidentColumn {
  /** float32 [samples, width]; 0 where not labelled: shaders need not keep NaN. */
  readonly targets: tf.Tensor2D;
  /** float32 [samples, width]; 1 where labelled, else 0. */
  readonly mask: tf.Tensor2D;
}

export interface ResidentDataset {
  readonly images: ResidentImages;
  /** Of the training part. */
  readonly normalise: Normalisation;
  readonly columns: ReadonlyMap<string, ResidentColumn>;
  /** int32 [samples of the part]; parts without samples are left out. */
  readonly indices: ReadonlyMap<SplitName, tf.Tensor1D>;
}

/**
 * Uploads a data set. Free it with {@link disposeResident}.
 * @throws if the images are more than one kernel may see on this adapter
 */
export function residentDataset(dataset: Dataset): ResidentDataset {
  if (!isWhole(dataset)) throw new Error(`The images of ${dataset.info.name} are not in memory.`);
  const { mean, std } = channelStatistics(dataset);
  const images = residentImages(dataset.images, dataset.info.image);
  const parts = splitNames.filter((name) => dataset.split[name].length > 0);
  return {
    images,
    normalise: { mean, deviation: std },
    columns: new Map(dataset.columns.map((column) => [column.info.id, residentColumn(column)])),
    indices: new Map(parts.map((name) => [name, tf.tensor1d(Int32Array.from(dataset.split[name]), 'int32')])),
  };
}

function residentColumn({ info, values }: LabelColumn): ResidentColumn {
  const width = columnWidth(info);
  const shape: [number, number] = [values.length / width, width];
  return {
    targets: tf.tensor2d(
      values.map((value) => (Number.isNaN(value) ? 0 : value)),
      shape,
    ),
    mask: tf.tensor2d(
      values.map((value) => (Number.isNaN(value) ? 0 : 1)),
      shape,
    ),
  };
}

export function disposeResident({ images, columns, indices }: ResidentDataset): void {
  disposeImages(images);
  for (const { targets, mask } of columns.values()) tf.dispose([targets, mask]);
  for (const tensor of indices.values()) tensor.dispose();
}

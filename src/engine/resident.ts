/**
 * A data set where the training happens: label columns with masks, the parts' indices, and images as bytes, all of them or,
 * where they are too many, a window through which they stream.
 */
import { isWhole, readerOf, type Dataset, type LabelColumn } from '#data/dataset.ts';
import { channelStatistics, readChannelStatistics, type ChannelStatistics } from '#data/split.ts';
import { columnWidth, splitNames, type SplitName } from '#experiment/dataset-info.ts';
import { residentBytes } from '#experiment/memory.ts';
import { sizeOf } from '#lib/shape.ts';
import { disposeImages, residentImages, type Normalisation, type ResidentImages } from './kernels/batch.ts';
import { StreamedImages } from './streaming/streamed-images.ts';
import * as tf from './tf.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

/** One label column of all samples. */
export interface ResidentColumn {
  /** float32 [samples, width]; 0 where not labelled: shaders need not keep NaN. */
  readonly targets: tf.Tensor2D;
  /** float32 [samples, width]; 1 where labelled, else 0. */
  readonly mask: tf.Tensor2D;
}

export interface ResidentDataset {
  readonly images: ResidentImages | StreamedImages;
  /** Of the training part. */
  readonly normalise: Normalisation;
  readonly columns: ReadonlyMap<string, ResidentColumn>;
  /** int32 [samples of the part]; parts without samples are left out. */
  readonly indices: ReadonlyMap<SplitName, tf.Tensor1D>;
  /** The samples of each part, on the host. */
  readonly split: Dataset['split'];
  /** Training samples with repetitions, where some are drawn more often than others: int32 [draws of an epoch]. */
  readonly draws?: tf.Tensor1D;
}

/** Bytes of images that may lie on the device together; left out: as many as the device and the usual budget allow. */
export interface Room {
  readonly bytes?: number;
}

/**
 * Puts a data set in memory on the device; its images stream where they are too many. Free it with {@link disposeResident}.
 * Throws where the images are not in memory: {@link openDataset} reads them.
 */
export function residentDataset(dataset: Dataset, room: Room = {}): ResidentDataset {
  if (!isWhole(dataset)) throw new Error(`The images of ${dataset.info.name} are not in memory.`);
  const statistics = channelStatistics(dataset);
  if (dataset.images.length > bytesOf(room)) return assembled(dataset, statistics, streamed(dataset, room));
  return assembled(dataset, statistics, residentImages(dataset.images, dataset.info.image));
}

/**
 * The same for any data set: images that are not in memory are read, or stream. Rejects where they cannot be read, in plain
 * words.
 */
export async function openDataset(dataset: Dataset, room: Room = {}): Promise<ResidentDataset> {
  if (isWhole(dataset)) return residentDataset(dataset, room);
  const reader = readerOf(dataset);
  const { image } = dataset.info;
  const isTooLarge = reader.count * sizeOf([image.height, image.width, image.channels]) > bytesOf(room);
  if (!isTooLarge) return residentDataset({ ...dataset, images: await reader.range(0, reader.count) }, room);
  return assembled(dataset, await readChannelStatistics(dataset), streamed(dataset, room));
}

/** Bytes of images that may lie on the device together. Some are kept free: images end at whole words. */
function bytesOf({ bytes }: Room): number {
  const limits = webgpuBackend()?.device.limits;
  const most = limits && {
    maxBufferBytes: limits.maxBufferSize - 4,
    maxBindingBytes: limits.maxStorageBufferBindingSize - 4,
  };
  return residentBytes(most, bytes);
}

function streamed(dataset: Dataset, room: Room): StreamedImages {
  return new StreamedImages(readerOf(dataset), dataset.draws ?? dataset.split.train, bytesOf(room));
}

function assembled(
  dataset: Dataset,
  { mean, std }: ChannelStatistics,
  images: ResidentDataset['images'],
): ResidentDataset {
  const parts = splitNames.filter((name) => dataset.split[name].length > 0);
  const indicesOf = (samples: Uint32Array) => tf.tensor1d(Int32Array.from(samples), 'int32');
  return {
    images,
    split: dataset.split,
    normalise: { mean, deviation: std },
    columns: new Map(dataset.columns.map((column) => [column.info.id, residentColumn(column)])),
    indices: new Map(parts.map((name) => [name, indicesOf(dataset.split[name])])),
    ...(dataset.draws ? { draws: indicesOf(dataset.draws) } : {}),
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

export function disposeResident({ images, columns, indices, draws }: ResidentDataset): void {
  if (images instanceof StreamedImages) images.dispose();
  else disposeImages(images);
  draws?.dispose();
  for (const { targets, mask } of columns.values()) tf.dispose([targets, mask]);
  for (const tensor of indices.values()) tensor.dispose();
}

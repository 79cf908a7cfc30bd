/** Samples as augmentation would show them, for the preview in the data panel. */
import type { Dataset } from '#data/dataset.ts';
import { take } from '#data/split.ts';
import type { Augmentation } from '#experiment/schema.ts';
import { hash, stream } from '#lib/random.ts';
import { disposeImages, gatherBatch, residentImages } from './kernels/batch.ts';
import * as tf from './tf.ts';

export interface PreviewRequest {
  readonly dataset: Dataset;
  readonly ids: Uint32Array;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Variants of each sample. */
  readonly draws: number;
}

/** [ids × draws, height, width, channels], 0…255: made by the same kernel as training batches. */
export async function previewAugmentation(request: PreviewRequest): Promise<Uint8Array> {
  const { dataset, ids, draws, augmentation } = request;
  const images = residentImages((await take(dataset, ids)).images, dataset.info.image);
  const batchSize = ids.length * draws;
  const indices = tf.tensor1d(
    Int32Array.from({ length: batchSize }, (_, i) => Math.floor(i / draws)),
    'int32',
  );
  const step = tf.zeros([1], 'int32');
  const { channels } = dataset.info.image;
  const plain = {
    mean: Array.from({ length: channels }, () => 0),
    deviation: Array.from({ length: channels }, () => 1),
  };
  const { x, rows } = gatherBatch({
    images,
    indices,
    step,
    hostStep: 0,
    batchSize,
    seed: hash(request.seed, stream.preview),
    order: 'sequential',
    augment: augmentation,
    normalise: plain,
  });
  try {
    return Uint8Array.from(await x.data<'float32'>(), (share) => Math.round(share * 255));
  } finally {
    disposeImages(images);
    tf.dispose([indices, step, x, rows]);
  }
}

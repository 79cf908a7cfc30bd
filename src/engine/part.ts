/** The images of a part of a data set, for passes over all of them in order. */
import type { SplitName } from '#experiment/dataset-info.ts';
import { evaluationBatch, type BatchSource } from './evaluation.ts';
import type { ResidentDataset } from './resident.ts';
import { StreamedImages } from './streaming/streamed-images.ts';

export interface Part {
  /** With the normalisation of the data set. Of images that stream it serves one pass at a time. */
  readonly source: BatchSource;
  dispose(): void;
}

/**
 * @param trained images in a batch of the training
 * @returns undefined where the part has no images
 */
export function openPart(data: ResidentDataset, split: SplitName, trained: number): Part | undefined {
  const { images, normalise } = data;
  const indices = data.indices.get(split);
  if (!indices) return undefined;
  const batchSize = evaluationBatch(trained, indices.size);
  if (!(images instanceof StreamedImages))
    return { source: { images, indices, normalise, batchSize }, dispose: () => {} };
  const passage = images.passage(data.split[split], batchSize);
  const load = (batch: number) => passage.load(batch);
  return {
    source: { images: passage.images, indices, normalise, batchSize, load },
    dispose: () => passage.dispose(),
  };
}

/**
 * What a network says of images with weights that somebody brings, beside whatever run there is: it shares nothing with
 * that but the device and the data set, draws nothing by chance, and keeps nothing. A run that trains meanwhile takes
 * turns with it, batch by batch.
 */
import type { DatasetInfo, SplitName } from '#experiment/dataset-info.ts';
import { forecastMemory, limitProblem, type MemoryLimits } from '#experiment/memory.ts';
import { planNetwork } from '#experiment/plan.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { effectiveBatchSize } from '#experiment/training.ts';
import { sizeOf } from '#lib/shape.ts';
import { evaluationBatch, infer, type BatchSource, type Following } from './evaluation.ts';
import { disposeImages, residentImages } from './kernels/batch.ts';
import { createParameters, disposeWeights } from './parameters.ts';
import { openPart } from './part.ts';
import type { ResidentDataset } from './resident.ts';
import * as tf from './tf.ts';
import type { NamedTensor, Normalisation } from './types.ts';

/** Images of a part of the data set that is on the device, or `count` others of its size, 0…255. */
export type Asked =
  | { readonly resident: ResidentDataset; readonly split: SplitName }
  | { readonly pixels: Uint8Array; readonly count: number };

export interface AnswersOptions {
  readonly experiment: Experiment;
  /** Of the experiment's data. */
  readonly info: DatasetInfo;
  /** Limits of the device, to refuse what cannot fit. */
  readonly limits: MemoryLimits | undefined;
  /** All parameters and running statistics of the network, in PyTorch's form. */
  readonly tensors: readonly NamedTensor[];
  /** With which these weights were trained. */
  readonly normalisation: Normalisation;
  readonly on: Asked;
}

/**
 * Raw outputs by task id, [images, outputs of the task], in evaluation mode and in batches of the same size as the
 * evaluations of a run of this experiment.
 * Rejects with ExperimentError where the network does not fit the data or the device, and with Error naming what does not
 * fit of tensors, normalisation or pixels.
 */
export async function answersOf(
  options: AnswersOptions,
  following: Following = {},
): Promise<Record<string, Float32Array>> {
  const { experiment, info, limits, tensors, normalisation, on } = options;
  const plan = planNetwork(experiment, info);
  const problem = limits && limitProblem(forecastMemory(plan, experiment.training, info), limits);
  if (problem) throw new ExperimentError([problem]);
  requireKnown(
    plan.parameters.map(({ name }) => name),
    tensors,
  );
  requireNormalisation(normalisation, info.image.channels);
  const trained = effectiveBatchSize(info.counts.train, experiment.training.batchSize);
  const images = imagesOf(on, info, trained);
  try {
    const weights = createParameters(plan.parameters, experiment.seed, tensors);
    try {
      const { mean, deviation } = normalisation;
      return await infer(plan, weights, { ...images.source, normalise: { mean, deviation } }, following);
    } finally {
      disposeWeights(weights);
    }
  } finally {
    images.dispose();
  }
}

interface Images {
  readonly source: Omit<BatchSource, 'normalise'>;
  dispose(): void;
}

/** @param trained images in a batch of the training */
function imagesOf(on: Asked, { name, image }: DatasetInfo, trained: number): Images {
  if ('split' in on) {
    const part = openPart(on.resident, on.split, trained);
    if (!part) throw new Error(`${name} has no images in its ${on.split} part.`);
    return part;
  }
  const { pixels, count } = on;
  const size = sizeOf([image.height, image.width, image.channels]);
  if (count < 1 || pixels.length !== count * size)
    throw new Error(
      `${count} images of ${image.height}×${image.width}×${image.channels} are ${count * size} bytes, not ${pixels.length}.`,
    );
  const images = residentImages(pixels, image);
  const indices = tf.range(0, count, 1, 'int32');
  return {
    source: { images, indices, batchSize: evaluationBatch(trained, count) },
    dispose: () => {
      indices.dispose();
      disposeImages(images);
    },
  };
}

/** Throws where there are weights that the network has no place for: they are another network's. */
function requireKnown(names: readonly string[], tensors: readonly NamedTensor[]): void {
  const known = new Set(names);
  const stranger = tensors.find(({ name }) => !known.has(name));
  if (stranger) throw new Error(`The weights have "${stranger.name}", which this network lacks.`);
}

function requireNormalisation({ mean, deviation }: Normalisation, channels: number): void {
  const fits = (numbers: readonly number[]) => numbers.length === channels && numbers.every(Number.isFinite);
  if (!fits(mean) || !fits(deviation) || deviation.some((each) => each <= 0))
    throw new Error(
      `The normalisation needs a mean and a deviation above 0 for each channel of the images, of which there are ${channels}.`,
    );
}

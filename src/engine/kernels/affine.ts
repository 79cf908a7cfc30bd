/** The fully connected layer with bias and activation in one kernel, and its gradients. */
import * as tf from '../tf.ts';
import { correlate } from './correlate.ts';
import type { Correlation } from './correlate-wgsl.ts';
import { runFused, type FusedInputs, type FusedLayer } from './fused-layer.ts';
import type { FusedActivation } from './fused-activation.ts';

export const fusedAffine: FusedLayer = {
  kernel: 'FusedAffine',
  plain: (x, filter) => tf.matMul(x, filter),
  forward(backend, { x, filter, bias }, { activation }) {
    const [rows = 1, inner = 1] = x.shape;
    const columns = filter.shape[1] ?? 1;
    const w = { tap: 0, depth: columns, channel: 1 };
    const problem = { ...productOf(rows, inner, columns, w), bias: !!bias, activation };
    return correlate(backend, { x, w: filter, bias }, [rows, columns], problem) ?? tooLarge();
  },
  inputGradient: (dy, { filter }) => tf.matMul(dy.as2D(dy.shape[0] ?? 1, -1), filter, false, true),
  filterGradient(dy, { x, filter }) {
    const [depth = 1, channels = 1] = filter.shape;
    const images = imagesOf(x.shape[0] ?? 1);
    const maps = (tensor: tf.Tensor, width: number) => tensor.as4D(images, 1, -1, width);
    const attributes = {
      strides: 1,
      pad: 0,
      dataFormat: 'NHWC',
      dimRoundingMode: 'floor',
      filterShape: [1, 1, depth, channels],
    };
    const inputs = { x: maps(x, depth), dy: maps(dy, channels) };
    return tf
      .engine()
      .runKernel<tf.Tensor>(tf.Conv2DBackpropFilter, inputs, attributes)
      .as2D(depth, channels);
  },
};

/**
 * activation(x · filter + bias).
 * @param inputs x [batch, in], filter [in, out], bias [out]
 */
export function affine(inputs: FusedInputs<tf.Tensor>, activation: FusedActivation): tf.Tensor2D {
  const y = runFused(fusedAffine, inputs, { activation, stride: 1, padding: 0 });
  return y.as2D(y.shape[0] ?? 1, -1);
}

/** A matrix product is a convolution by 1×1 of one image whose one row is the rows of x. */
export function productOf(
  rows: number,
  inner: number,
  columns: number,
  wStep: Correlation['wStep'],
): Correlation {
  return {
    images: 1,
    out: [1, rows],
    channels: columns,
    within: [1, rows],
    depth: inner,
    taps: [1, 1],
    stride: [1, 1],
    pad: [0, 0],
    direction: 'forward',
    xStep: { pixel: inner, depth: 1 },
    wStep,
    bias: false,
    activation: 'none',
  };
}

/** The sum over the batch is one over the pixels of a row, in some images so that it can be parted. */
function imagesOf(batch: number): number {
  return [8, 4, 2].find((count) => batch % count === 0) ?? 1;
}

function tooLarge(): never {
  throw new Error('affine: more rows than a dispatch can count');
}

/** The shape of a convolution, as our kernels take it, from the attributes that tfjs passes to its own. */
import * as tf from '../tf.ts';
import type { Correlation } from './correlate-wgsl.ts';
import type { FilterGradient } from './filter-gradient-wgsl.ts';
import type { FusedActivation } from './fused-activation.ts';

/** Pairs are [down, right]. */
export type Convolution = {
  images: number;
  input: readonly [number, number];
  output: readonly [number, number];
  depth: number;
  filters: number;
  taps: readonly [number, number];
  stride: readonly [number, number];
  /** Zeros before the first row and column. */
  pad: readonly [number, number];
  outShape: number[];
};

type Attributes = Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'> &
  Partial<Pick<tf.Conv2DAttrs, 'dilations'>>;

/** undefined for what our kernels leave to tfjs's: dilation, channels first, nothing to compute. */
export function convolutionOf(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat, dilations = 1, dimRoundingMode }: Attributes,
): Convolution | undefined {
  const [images = 0, height = 0, width = 0, depth = 0] = x;
  const [down = 0, right = 0, , filters = 0] = filter;
  const info = tf.backend_util.computeConv2DInfo(
    [images, height, width, depth],
    [down, right, depth, filters],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  const plain = info.dataFormat === 'channelsLast' && info.dilationHeight === 1 && info.dilationWidth === 1;
  if (!plain || tf.util.sizeFromShape([...x, ...filter, ...info.outShape]) === 0) return undefined;
  return {
    images,
    input: [height, width],
    output: [info.outHeight, info.outWidth],
    depth,
    filters,
    taps: [down, right],
    stride: [info.strideHeight, info.strideWidth],
    pad: [info.padInfo.top, info.padInfo.left],
    outShape: info.outShape,
  };
}

/** The convolution as a correlation of x and w. */
export function forwardOf(convolution: Convolution, bias: boolean, activation: FusedActivation): Correlation {
  const { images, input, output, depth, filters, taps, stride, pad } = convolution;
  return {
    images,
    out: output,
    channels: filters,
    within: input,
    depth,
    taps,
    stride,
    pad,
    direction: 'forward',
    xStep: { pixel: depth, depth: 1 },
    wStep: { tap: depth * filters, depth: filters, channel: 1 },
    bias,
    activation,
  };
}

/** Its gradient by x as a correlation of dy and w. */
export function inputGradientOf(convolution: Convolution): Correlation {
  const { images, input, output, depth, filters, taps, stride, pad } = convolution;
  return {
    images,
    out: input,
    channels: depth,
    within: output,
    depth: filters,
    taps,
    stride,
    pad,
    direction: 'backward',
    xStep: { pixel: filters, depth: 1 },
    wStep: { tap: depth * filters, depth: 1, channel: filters },
    bias: false,
    activation: 'none',
  };
}

/** Its gradient by w. */
export function filterGradientOf(convolution: Convolution): FilterGradient {
  const { images, input, output, depth, filters, taps, stride, pad } = convolution;
  return { images, out: output, channels: filters, within: input, depth, taps, stride, pad };
}

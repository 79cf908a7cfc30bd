/** Runs the gradient of a convolution by its filter (see filter-gradient-wgsl.ts) on WebGPU, in two passes. */
import type * as tf from '../tf.ts';
import type { Tunable } from '../tuning/tunable.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { addParts } from './add-parts.ts';
import {
  filterGradientCode,
  filterGradientGrid,
  filterSize,
  type FilterGradient,
  type FilterTile,
} from './filter-gradient-wgsl.ts';
import { filterGradientTiles } from './filter-gradient-tiles.ts';

/** Operands x [images, down, right, depth] and dy [images, down, right, channels]. */
export const filterGradient: Tunable<FilterGradient, FilterTile> = {
  name: 'filter-gradient',
  candidates: filterGradientTiles,
  describe: ({ taps, depth, channels, out, images }) =>
    `filter gradient ${taps.join('×')}, ${depth} → ${channels} channels, ${out.join('×')}, batch ${images}`,
  describeVariant: ({ exchange, lanes, lines, channels, pixels, parts }) =>
    `${exchange === 'none' ? '' : `${exchange} of ${lanes}, `}${lines} lines × ${channels} channels × ${pixels} pixels, ${parts} parts`,
  flops: ({ images, out, taps, depth, channels }) =>
    2 * images * out[0] * out[1] * taps[0] * taps[1] * depth * channels,
  operands: ({ images, within, depth, out, channels }) => [
    [images, within[0], within[1], depth],
    [images, out[0], out[1], channels],
  ],
  run(backend, problem, tile, [x, dy]) {
    if (!x || !dy) throw new Error('filter-gradient: needs x and dy');
    const { taps, depth, channels } = problem;
    return addParts(backend, sumParts(backend, x, dy, problem, tile), [taps[0], taps[1], depth, channels]);
  },
};

/** The gradient in parts, [parts, size]: each sums over some rows of dy. */
function sumParts(
  backend: tf.WebGPUBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  gradient: FilterGradient,
  tile: FilterTile,
): tf.TensorInfo {
  const sums = emptyTensor(backend, [tile.parts, filterSize(gradient)], 'float32');
  dispatch(backend, {
    name: 'filter-gradient',
    parameters: { gradient, tile },
    code: filterGradientCode,
    buffers: [
      { name: 'x', element: 'f32', tensor: x, access: 'read' },
      { name: 'dy', element: 'f32', tensor: dy, access: 'read' },
      { name: 'sums', element: 'f32', tensor: sums, access: 'update' },
    ],
    workgroups: filterGradientGrid(gradient, tile),
    extensions: tile.exchange === 'none' ? [] : ['subgroups'],
  });
  return sums;
}

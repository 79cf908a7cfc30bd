/** Runs a correlation (see correlate-wgsl.ts) on WebGPU, cut the way that suits the adapter. */
import type * as tf from '../tf.ts';
import { variantFor, type Tunable } from '../tuning/tunable.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import {
  correlateCode,
  correlateGrid,
  takesWeightVectors,
  type Correlation,
  type Tile,
} from './correlate-wgsl.ts';
import { vector } from './exchange.ts';
import { correlationTiles } from './correlate-tiles.ts';
import { fitsGrid, machineOf } from './tiles.ts';

/** Operands x [images, down, right, depth] and w [taps, depth, channels], in whatever order of axes the problem says. */
export const correlation: Tunable<Correlation, Tile> = {
  name: 'correlate',
  candidates: correlationTiles,
  describe({ direction, taps, depth, channels, out, images }) {
    const verb = direction === 'forward' ? 'convolution' : 'input gradient';
    return `${verb} ${taps.join('×')}, ${depth} → ${channels} channels, ${out.join('×')}, batch ${images}`;
  },
  describeVariant: ({ exchange, lanes, pixels, channels, depths, unrolled }) =>
    `${exchange === 'none' ? '' : `${exchange} of ${lanes}, `}${pixels} pixels × ${channels} channels × ${depths}, taps ${unrolled ? 'unrolled' : 'looped'}`,
  flops({ direction, images, out, within, taps, depth, channels }) {
    const pixels = direction === 'forward' ? out : within;
    return 2 * images * pixels[0] * pixels[1] * taps[0] * taps[1] * depth * channels;
  },
  operands: ({ images, within, depth, taps, channels, bias }) => [
    [images, within[0], within[1], depth],
    [taps[0], taps[1], depth, channels],
    ...(bias ? [[channels]] : []),
  ],
  run(backend, problem, tile, [x, w, bias]) {
    if (!x || !w) throw new Error('correlate: needs x and w');
    const { images, out, channels } = problem;
    const y = emptyTensor(backend, [images, out[0], out[1], channels], 'float32');
    dispatch(backend, {
      name: 'correlate',
      parameters: { correlation: problem, tile },
      code: correlateCode,
      buffers: [
        { name: 'x', element: vector(tile.depths), tensor: x, access: 'read' },
        {
          name: 'w',
          element: takesWeightVectors(problem, tile) ? vector(tile.depths) : 'f32',
          tensor: w,
          access: 'read',
        },
        ...(bias ? [{ name: 'bias', element: 'f32', tensor: bias, access: 'read' } as const] : []),
        { name: 'y', element: 'f32', tensor: y, access: 'update' },
      ],
      workgroups: correlateGrid(problem, tile),
      extensions: tile.exchange === 'none' ? [] : ['subgroups'],
    });
    return y;
  },
};

/**
 * @param shape of the result, with `images · out · channels` numbers
 * @returns undefined where the result has more rows or channels than one dispatch can count
 */
export function correlate(
  backend: tf.WebGPUBackend,
  { x, w, bias }: { x: tf.TensorInfo; w: tf.TensorInfo; bias?: tf.TensorInfo | undefined },
  shape: number[],
  problem: Correlation,
): tf.TensorInfo | undefined {
  const tile = variantFor(correlation, problem, machineOf(backend.device));
  if (!fitsGrid(correlateGrid(problem, tile))) return undefined;
  return { ...correlation.run(backend, problem, tile, bias ? [x, w, bias] : [x, w]), shape };
}

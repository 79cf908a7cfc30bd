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
import { correlationCuts } from './correlate-tiles.ts';
import { correlateBlockCode, correlateBlockGrid, type Block } from './correlate-workgroup-wgsl.ts';
import { vector } from './exchange.ts';
import { fitsGrid, machineOf } from './tiles.ts';

/** Tiles of threads that keep to themselves or exchange loads, or blocks of workgroups that share memory. */
export type Cut = Tile | Block;

/** Operands x [images, down, right, depth] and w [taps, depth, channels], in whatever order of axes the problem says. */
export const correlation: Tunable<Correlation, Cut> = {
  name: 'correlate',
  candidates: correlationCuts,
  describe({ direction, taps, depth, channels, out, images }) {
    const verb = direction === 'forward' ? 'convolution' : 'input gradient';
    return `${verb} ${taps.join('×')}, ${depth} → ${channels} channels, ${out.join('×')}, batch ${images}`;
  },
  describeVariant,
  flops({ direction, images, out, within, taps, depth, channels }) {
    const pixels = direction === 'forward' ? out : within;
    return 2 * images * pixels[0] * pixels[1] * taps[0] * taps[1] * depth * channels;
  },
  operands: ({ images, within, depth, taps, channels, bias }) => [
    [images, within[0], within[1], depth],
    [taps[0], taps[1], depth, channels],
    ...(bias ? [[channels]] : []),
  ],
  run(backend, problem, cut, [x, w, bias]) {
    if (!x || !w) throw new Error('correlate: needs x and w');
    const { images, out, channels } = problem;
    const y = emptyTensor(backend, [images, out[0], out[1], channels], 'float32');
    const [xElement, wElement] = elementsOf(problem, cut);
    const buffers = [
      { name: 'x', element: xElement, tensor: x, access: 'read' },
      { name: 'w', element: wElement, tensor: w, access: 'read' },
      ...(bias ? [{ name: 'bias', element: 'f32', tensor: bias, access: 'read' } as const] : []),
      { name: 'y', element: 'f32', tensor: y, access: 'update' },
    ] as const;
    const workgroups = gridOf(problem, cut);
    if (cut.exchange === 'workgroup') {
      const parameters = { correlation: problem, block: cut };
      dispatch(backend, {
        name: 'correlate-blocks',
        parameters,
        code: correlateBlockCode,
        buffers,
        workgroups,
      });
    } else {
      const parameters = { correlation: problem, tile: cut };
      const extensions = cut.exchange === 'none' ? [] : (['subgroups'] as const);
      dispatch(backend, {
        name: 'correlate',
        parameters,
        code: correlateCode,
        buffers,
        workgroups,
        extensions,
      });
    }
    return y;
  },
};

function describeVariant(cut: Cut): string {
  const { exchange, pixels, channels } = cut;
  const tile = `${pixels} pixels × ${channels} channels`;
  if (exchange === 'workgroup') return `blocks of ${cut.rows}×${cut.columns}, ${tile}`;
  const shared = exchange === 'none' ? '' : `${exchange} of ${cut.lanes}, `;
  return `${shared}${tile} × ${cut.depths}, taps ${cut.unrolled ? 'unrolled' : 'looped'}`;
}

/** The WGSL types of the elements of x and w. */
function elementsOf(problem: Correlation, cut: Cut): readonly [x: string, w: string] {
  if (cut.exchange === 'workgroup') return ['f32', 'f32'];
  return [vector(cut.depths), takesWeightVectors(problem, cut) ? vector(cut.depths) : 'f32'];
}

function gridOf(problem: Correlation, cut: Cut): readonly [number, number, number] {
  return cut.exchange === 'workgroup' ? correlateBlockGrid(problem, cut) : correlateGrid(problem, cut);
}

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
  const cut = variantFor(correlation, problem, machineOf(backend.device));
  if (!fitsGrid(gridOf(problem, cut))) return undefined;
  return { ...correlation.run(backend, problem, cut, bias ? [x, w, bias] : [x, w]), shape };
}

/**
 * Sum, Mean and Max without tfjs's transposition first: of x as [outer, n, inner] the middle goes, for each run of
 * neighbouring axes. Where results are few, the middle is cut into parts and a second pass takes those together.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { float } from '../webgpu/wgsl.ts';
import type { OwnKernel } from './own-kernel.ts';
import { machineOf } from './tiles.ts';

type Kind = 'sum' | 'mean' | 'max';

type Reduction = {
  kind: 'sum' | 'max';
  outer: number;
  n: number;
  inner: number;
  /** Results [outer, parts, inner]. */
  parts: number;
  /** Each result counts this many times. */
  factor: number;
};

export const sum: OwnKernel<'x', tf.SumAttrs> = {
  name: tf.Sum,
  run: (backend, { x }, { axis, keepDims }) => reduce(backend, 'sum', x, axis, keepDims),
};

export const mean: OwnKernel<'x', tf.MeanAttrs> = {
  name: tf.Mean,
  run: (backend, { x }, { axis, keepDims }) => reduce(backend, 'mean', x, axis, keepDims),
};

export const max: OwnKernel<'x', tf.MaxAttrs> = {
  name: tf.Max,
  run: (backend, { x }, { reductionIndices, keepDims }) =>
    reduce(backend, 'max', x, reductionIndices, keepDims),
};

function reduce(
  backend: tf.WebGPUBackend,
  kind: Kind,
  x: tf.TensorInfo,
  axis: number | number[],
  keepDims: boolean,
): tf.TensorInfo | undefined {
  const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
  if (x.dtype !== 'float32' || axes.length === 0 || tf.util.sizeFromShape(x.shape) === 0) return undefined;
  // From the last run of neighbouring axes to the first, so that the later passes have less to read.
  const starts = axes.filter((value, i) => axes[i - 1] !== value - 1).toReversed();
  let result = x;
  for (const first of starts) {
    let end = first + 1;
    while (axes.includes(end)) end++;
    const next = reduceRun(backend, kind, result, first, end);
    if (result !== x) backend.disposeData(result.dataId);
    result = next;
  }
  return keepDims ? result : { ...result, shape: x.shape.filter((_, i) => !axes.includes(i)) };
}

/** Reduces axes `first` up to before `end`, which stay with extent 1. */
function reduceRun(
  backend: tf.WebGPUBackend,
  kind: Kind,
  x: tf.TensorInfo,
  first: number,
  end: number,
): tf.TensorInfo {
  const outer = tf.util.sizeFromShape(x.shape.slice(0, first));
  const n = tf.util.sizeFromShape(x.shape.slice(first, end));
  const inner = tf.util.sizeFromShape(x.shape.slice(end));
  const shape = x.shape.map((size, i) => (i < first || i >= end ? size : 1));
  const rule = kind === 'max' ? 'max' : 'sum';
  const factor = kind === 'mean' ? 1 / n : 1;
  const parts = partsFor(backend, outer * inner, n);
  if (parts === 1) return run(backend, x, shape, { kind: rule, outer, n, inner, parts, factor });
  const partly = run(backend, x, [outer, parts, inner], { kind: rule, outer, n, inner, parts, factor: 1 });
  const whole = run(backend, partly, shape, { kind: rule, outer, n: parts, inner, parts: 1, factor });
  backend.disposeData(partly.dataId);
  return whole;
}

/** Enough parts to occupy the machine, but none of fewer than 16 numbers. */
function partsFor(backend: tf.WebGPUBackend, results: number, n: number): number {
  const threads = machineOf(backend.device).software ? 1024 : 16_384;
  return Math.max(1, Math.min(Math.ceil(threads / results), Math.floor(n / 16), 1024));
}

function run(
  backend: tf.WebGPUBackend,
  x: tf.TensorInfo,
  shape: number[],
  { outer, ...reduction }: Reduction,
): tf.TensorInfo {
  const y = emptyTensor(backend, shape, 'float32');
  dispatch(backend, {
    name: 'reduce',
    parameters: reduction,
    code: reduceCode,
    buffers: [
      { name: 'x', element: 'f32', tensor: x, access: 'read' },
      { name: 'y', element: 'f32', tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(outer * reduction.parts * reduction.inner),
  });
  return y;
}

function reduceCode({ kind, n, inner, parts, factor }: Omit<Reduction, 'outer'>): string {
  const length = Math.ceil(n / parts);
  return flatMain(
    'arrayLength(&y)',
    `  let part = i / ${inner}u % ${parts}u;
  let start = i / ${inner * parts}u * ${n * inner}u + i % ${inner}u;
  var result = ${kind === 'sum' ? '0f' : '-3.4e38f'};
  for (var k = part * ${length}u; k < min((part + 1u) * ${length}u, ${n}u); k++) {
    ${kind === 'sum' ? `result += x[start + k * ${inner}u];` : `result = max(result, x[start + k * ${inner}u]);`}
  }
  y[i] = result${factor === 1 ? '' : ` * ${float(factor)}`};`,
  );
}

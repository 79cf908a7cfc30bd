/**
 * Add, Sub, Multiply and RealDiv where one operand repeats along the leading axes, as biases and the factors of a
 * normalisation do: tfjs's own spend ten times the sum on finding each place.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { OwnKernel } from './own-kernel.ts';

type Parameters = {
  operator: '+' | '-' | '*' | '/';
  /** The operand that repeats. */
  repeats: 'a' | 'b';
  /** Numbers per thread. */
  lanes: 1 | 4;
  /** Numbers per load of the operand that repeats. */
  partLanes: 1 | 4;
};

export const broadcastKernels: readonly OwnKernel<'a' | 'b', unknown>[] = (
  [
    [tf.Add, '+'],
    [tf.Sub, '-'],
    [tf.Multiply, '*'],
    [tf.RealDiv, '/'],
  ] as const
).map(([name, operator]) => ({ name, run: (backend, { a, b }) => broadcast(backend, a, b, operator) }));

function broadcast(
  backend: tf.WebGPUBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  operator: Parameters['operator'],
): tf.TensorInfo | undefined {
  const repeats = isSuffix(b.shape, a.shape) ? 'b' : isSuffix(a.shape, b.shape) ? 'a' : undefined;
  if (!repeats || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const [whole, part] = repeats === 'b' ? [a, b] : [b, a];
  const size = tf.util.sizeFromShape(whole.shape);
  const lanes = size % 4 === 0 ? 4 : 1;
  const partLanes = lanes === 4 && tf.util.sizeFromShape(part.shape) % 4 === 0 ? 4 : 1;
  const y = emptyTensor(backend, whole.shape, 'float32');
  dispatch(backend, {
    name: 'broadcast',
    parameters: { operator, repeats, lanes, partLanes },
    code: broadcastCode,
    buffers: [
      { name: 'whole', element: lanes === 4 ? 'vec4f' : 'f32', tensor: whole, access: 'read' },
      { name: 'part', element: partLanes === 4 ? 'vec4f' : 'f32', tensor: part, access: 'read' },
      { name: 'y', element: lanes === 4 ? 'vec4f' : 'f32', tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(size / lanes),
  });
  return y;
}

/** Whether `part`, leading ones aside, is the end of `whole` and more than a scalar (which tfjs does well). */
function isSuffix(part: readonly number[], whole: readonly number[]): boolean {
  const start = part.findIndex((size) => size !== 1);
  const end = start < 0 ? [] : part.slice(start);
  const size = tf.util.sizeFromShape([...end]);
  return (
    part.length <= whole.length &&
    size > 1 &&
    size < tf.util.sizeFromShape([...whole]) &&
    end.every((value, i) => value === whole[whole.length - end.length + i])
  );
}

function broadcastCode({ operator, repeats, lanes, partLanes }: Parameters): string {
  const at = (k: number) => `part[(4u * i + ${k}u) % arrayLength(&part)]`;
  const same = lanes === partLanes;
  const value = same ? 'part[i % arrayLength(&part)]' : `vec4f(${[0, 1, 2, 3].map(at).join(', ')})`;
  return flatMain(
    'arrayLength(&y)',
    repeats === 'b' ? `  y[i] = whole[i] ${operator} ${value};` : `  y[i] = ${value} ${operator} whole[i];`,
  );
}

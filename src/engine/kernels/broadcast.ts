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
  size: number;
  period: number;
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
  const parameters = {
    operator,
    repeats,
    size: tf.util.sizeFromShape(whole.shape),
    period: tf.util.sizeFromShape(part.shape),
  } as const;
  const lanes = lanesOf(parameters);
  const y = emptyTensor(backend, whole.shape, 'float32');
  dispatch(backend, {
    name: 'broadcast',
    parameters,
    code: broadcastCode,
    buffers: [
      { name: 'whole', element: lanes.whole === 4 ? 'vec4f' : 'f32', tensor: whole, access: 'read' },
      { name: 'part', element: lanes.part === 4 ? 'vec4f' : 'f32', tensor: part, access: 'read' },
      { name: 'y', element: lanes.whole === 4 ? 'vec4f' : 'f32', tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(parameters.size / lanes.whole),
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

/** Numbers per thread, and per load of the operand that repeats. */
function lanesOf({ size, period }: Parameters): { whole: 1 | 4; part: 1 | 4 } {
  const whole = size % 4 === 0 ? 4 : 1;
  return { whole, part: whole === 4 && period % 4 === 0 ? 4 : 1 };
}

function broadcastCode(parameters: Parameters): string {
  const { operator, repeats, size, period } = parameters;
  const lanes = lanesOf(parameters);
  const single = lanes.whole === lanes.part;
  const at = (k: number) => `part[(4u * i + ${k}u) % ${period}u]`;
  const value = single ? `part[i % ${period / lanes.part}u]` : `vec4f(${[0, 1, 2, 3].map(at).join(', ')})`;
  return flatMain(
    size / lanes.whole,
    repeats === 'b' ? `  y[i] = whole[i] ${operator} ${value};` : `  y[i] = ${value} ${operator} whole[i];`,
  );
}

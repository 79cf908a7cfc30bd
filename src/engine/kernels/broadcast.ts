/**
 * Add, Sub, Multiply and RealDiv of operands of one shape, or where one repeats along some axes of the other, as biases do
 * and the statistics of a normalisation: tfjs's own spend ten times the sum on finding each place, in operands of one shape
 * where their last axis is not a multiple of four.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { OwnKernel } from './own-kernel.ts';
import { elementsOf, repetitionCode, repetitionOf, type Repetition } from './repetition.ts';

type Parameters = Repetition & {
  operator: '+' | '-' | '*' | '/';
  /** The operand that repeats. */
  repeats: 'a' | 'b';
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
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const right = repetitionOf(b.shape, a.shape);
  const [repeats, whole, part] = right ? (['b', a, b] as const) : (['a', b, a] as const);
  const repetition = right ?? repetitionOf(a.shape, b.shape);
  if (!repetition) return undefined;
  const element = elementsOf(repetition);
  const y = emptyTensor(backend, whole.shape, 'float32');
  dispatch(backend, {
    name: 'broadcast',
    parameters: { ...repetition, operator, repeats },
    code: broadcastCode,
    buffers: [
      { name: 'whole', element: element.whole, tensor: whole, access: 'read' },
      { name: 'part', element: element.part, tensor: part, access: 'read' },
      { name: 'y', element: element.whole, tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(tf.util.sizeFromShape(whole.shape) / repetition.lanes),
  });
  return y;
}

function broadcastCode({ operator, repeats, ...repetition }: Parameters): string {
  const { define, value } = repetitionCode(repetition);
  const result = repeats === 'b' ? `whole[i] ${operator} ${value}` : `${value} ${operator} whole[i]`;
  return `${define}${flatMain('arrayLength(&y)', `  y[i] = ${result};`)}`;
}

/**
 * Tile where only axes of extent 1 repeat, as in the gradients of sums and means: tfjs's spends most of its time on finding
 * each place.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { OwnKernel } from './own-kernel.ts';
import { elementsOf, repetitionCode, repetitionOf, type Repetition } from './repetition.ts';

export const tile: OwnKernel<'x', tf.TileAttrs> = {
  name: tf.Tile,
  run(backend, { x }, { reps }) {
    const shape = x.shape.map((extent, axis) => extent * (reps[axis] ?? 1));
    const repetition = repetitionOf(x.shape, shape);
    if (x.dtype !== 'float32' || !repetition) return undefined;
    const element = elementsOf(repetition);
    const y = emptyTensor(backend, shape, 'float32');
    dispatch(backend, {
      name: 'tile',
      parameters: repetition,
      code: tileCode,
      buffers: [
        { name: 'part', element: element.part, tensor: x, access: 'read' },
        { name: 'y', element: element.whole, tensor: y, access: 'update' },
      ],
      workgroups: flatGrid(tf.util.sizeFromShape(shape) / repetition.lanes),
    });
    return y;
  },
};

function tileCode(repetition: Repetition): string {
  const { define, value } = repetitionCode(repetition);
  const vector = repetition.lanes === 4 ? `vec4f(${value})` : value;
  return `${define}${flatMain('arrayLength(&y)', `  y[i] = ${vector};`)}`;
}

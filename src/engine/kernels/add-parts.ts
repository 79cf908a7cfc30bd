/** The second pass of sums that were cut into parts. */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';

/**
 * Adds the parts up.
 * @param sums [parts, size]; it is used up
 * @param shape of the result, with `size` numbers
 */
export function addParts(backend: tf.WebGPUBackend, sums: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const [parts = 0] = sums.shape;
  if (parts === 1) return { ...sums, shape };
  const total = emptyTensor(backend, shape, 'float32');
  dispatch(backend, {
    name: 'add-parts',
    parameters: { parts },
    code: addPartsCode,
    buffers: [
      { name: 'sums', element: 'f32', tensor: sums, access: 'read' },
      { name: 'total', element: 'f32', tensor: total, access: 'update' },
    ],
    workgroups: flatGrid(tf.util.sizeFromShape(shape)),
  });
  backend.disposeData(sums.dataId);
  return total;
}

function addPartsCode({ parts }: { parts: number }): string {
  return flatMain(
    'arrayLength(&total)',
    `  var sum = 0f;
  for (var part = 0u; part < ${parts}u; part++) { sum += sums[part * arrayLength(&total) + i]; }
  total[i] = sum;`,
  );
}

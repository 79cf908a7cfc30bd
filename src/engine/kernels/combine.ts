/**
 * Gradients of several tasks added up by weight: what a multi-task method makes of them. On WebGPU a kernel reads all that
 * may be bound at once, where tfjs would take two passes for each task.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';

/**
 * Σ wₜ·gₜ, of the shape of each.
 * @param gradients T tensors of one shape
 * @param weights float32, T of them from `first` on
 */
export function combine(gradients: readonly tf.Tensor[], weights: tf.Tensor, first = 0): tf.Tensor {
  const [one] = gradients;
  if (!one) throw new Error('combine: there is nothing to add up');
  const backend = webgpuBackend();
  if (!backend) return tf.tidy(() => tf.addN(gradients.map((g, t) => g.mul(at(weights, first + t)))));
  const sum = emptyTensor(backend, one.shape, 'float32');
  const most = backend.device.limits.maxStorageBuffersPerShaderStage - 2;
  const lanes = one.size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4f' : 'f32';
  for (let place = 0; place < gradients.length; place += most) {
    const bound = gradients.slice(place, place + most);
    dispatch(backend, {
      name: 'combine',
      parameters: { count: bound.length, first: first + place, goesOn: place > 0, element },
      code: combineCode,
      buffers: [
        { name: 'weights', element: 'f32', tensor: weights, access: 'read' },
        ...bound.map((tensor, k) => ({ name: `g${k}`, element, tensor, access: 'read' as const })),
        { name: 'sum', element, tensor: sum, access: 'update' },
      ],
      workgroups: flatGrid(one.size / lanes),
    });
  }
  return trackedTensor(backend, sum);
}

function at(weights: tf.Tensor, place: number): tf.Tensor {
  return weights.as1D().slice([place], [1]);
}

type Parameters = {
  count: number;
  /** Place of the first weight. */
  first: number;
  /** Adds to what is there. */
  goesOn: boolean;
  element: string;
};

function combineCode({ count, first, goesOn, element }: Parameters): string {
  const terms = Array.from(
    { length: count },
    (_, k) => `  total = fma(g${k}[i], ${element}(weights[${first + k}]), total);`,
  );
  return flatMain(
    'arrayLength(&sum)',
    `  var total = ${goesOn ? 'sum[i]' : `${element}()`};\n${terms.join('\n')}\n  sum[i] = total;`,
  );
}

/** GradDrop on the device: see strategies/graddrop.ts. On WebGPU by a kernel, a thread per coordinate. */
import { hash, stream, toUniform } from '#lib/random.ts';
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { wgslHash } from '../webgpu/random-wgsl.ts';
import { word } from '../webgpu/wgsl.ts';
import type { JacobianInput } from './index.ts';
import type { JacobianRule } from './rule.ts';

export const graddrop = (tasks: number): JacobianRule<'leak', 'ones'> => ({
  settings: ['leak'],
  constants: { ones: 1 },
  memory: () => [],
  direction(input, { settings, constants }) {
    const backend = webgpuBackend();
    const direction = backend ? byKernel(backend, input, settings.leak) : byHost(input, settings.leak);
    return { direction, weights: constants.ones.tile([tasks]).as1D() };
  },
});

function byKernel(backend: tf.WebGPUBackend, input: JacobianInput, leak: tf.Tensor): tf.Tensor1D {
  const { jacobian, draws, seed, step } = input;
  const [tasks, parameters] = jacobian.shape;
  const direction = emptyTensor(backend, [parameters], 'float32');
  dispatch(backend, {
    name: 'graddrop',
    parameters: { tasks, parameters, keyed: draws ? undefined : hash(seed, stream.strategy) },
    code: dropCode,
    buffers: [
      { name: 'jacobian', element: 'f32', tensor: jacobian, access: 'read' },
      { name: 'leak', element: 'f32', tensor: leak, access: 'read' },
      draws
        ? { name: 'draws', element: 'f32', tensor: draws, access: 'read' }
        : { name: 'steps', element: 'i32', tensor: step, access: 'read' },
      { name: 'direction', element: 'f32', tensor: direction, access: 'update' },
    ],
    workgroups: flatGrid(parameters),
  });
  return tf.tidy(() => trackedTensor(backend, direction).as1D());
}

type Parameters = { tasks: number; parameters: number; keyed: number | undefined };

function dropCode({ tasks, parameters, keyed }: Parameters): string {
  const draw =
    keyed === undefined ? 'draws[i]' : `to_uniform(hash_next(hash_next(${word(keyed)}, u32(steps[0])), i))`;
  return `${wgslHash}${flatMain(
    `${parameters}u`,
    `  var sum = 0f;
  var sizes = 0f;
  for (var t = 0u; t < ${tasks}u; t++) {
    let g = jacobian[t * ${parameters}u + i];
    sum += g;
    sizes += abs(g);
  }
  let purity = select((1f + sum / sizes) / 2f, 0.5f, sizes == 0f);
  let chance = ${draw};
  let positive = select(0f, (sizes + sum) / 2f, purity > chance);
  let negative = select(0f, (sum - sizes) / 2f, purity < chance);
  direction[i] = mix(positive + negative, sum, leak[0]);`,
  )}`;
}

/** By tfjs operations, for backends without a kernel of ours. */
function byHost({ jacobian, draws, seed, hostStep }: JacobianInput, leak: tf.Tensor): tf.Tensor1D {
  const [, parameters] = jacobian.shape;
  const uniform = (_: unknown, p: number) => toUniform(hash(seed, stream.strategy, hostStep, p));
  const chance = draws ?? tf.tensor1d(Float32Array.from({ length: parameters }, uniform));
  const sum = jacobian.sum(0);
  const sizes = jacobian.abs().sum(0);
  const purity = tf.divNoNan(sum, sizes).add(1).div(2);
  const positive = purity.greater(chance).cast('float32').mul(sizes.add(sum)).div(2);
  const negative = purity.less(chance).cast('float32').mul(sum.sub(sizes)).div(2);
  const kept = positive.add(negative);
  return kept.add(sum.sub(kept).mul(leak)).as1D();
}

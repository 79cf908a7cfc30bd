/**
 * The size of a gradient over all parameters, and clipping by it as torch.nn.utils.clip_grad_norm_ does. On WebGPU many
 * gradients share a dispatch that adds up squares in parts, and one more takes the parts together; the order of summation
 * is fixed, so that runs repeat bit for bit.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';

/** Numbers that one thread adds up. */
const perPart = 256;
/** Threads that take the parts together: one workgroup. */
const threads = 256;
/** More would make a long kernel for little. */
const mostPerDispatch = 16;

/** float32 [1] each. */
export type Clipping = {
  /** √Σ g² over all gradients. */
  norm: tf.Tensor1D;
  /** What gradients are multiplied by so that their norm is at most the limit: min(1, limit / (norm + 1e-6)). */
  scale: tf.Tensor1D;
};

/**
 * The norm of all gradients together, and the factor that clips it.
 * @param limit float32 [1]
 * @param storageBuffers how many a kernel may bind; left out, as many as the device allows
 */
export function clipByNorm(
  gradients: readonly tf.Tensor[],
  limit: tf.Tensor,
  storageBuffers?: number,
): Clipping {
  const backend = webgpuBackend();
  if (!backend) return plainClipping(gradients, limit);
  const count = gradients.reduce((sum, { size }) => sum + partsOf(size), 0);
  const parts = emptyTensor(backend, [count], 'float32');
  const buffers = storageBuffers ?? backend.device.limits.maxStorageBuffersPerShaderStage;
  const most = Math.min(mostPerDispatch, buffers - 1);
  let first = 0;
  for (let place = 0; place < gradients.length; place += most) {
    const group = gradients.slice(place, place + most);
    addSquares(backend, group, parts, first);
    first += group.reduce((sum, { size }) => sum + partsOf(size), 0);
  }
  const [norm, scale] = [emptyTensor(backend, [1], 'float32'), emptyTensor(backend, [1], 'float32')];
  dispatch(backend, {
    name: 'gradient-norm',
    parameters: {},
    code: normCode,
    buffers: [
      { name: 'parts', element: 'f32', tensor: parts, access: 'read' },
      { name: 'limits', element: 'f32', tensor: limit, access: 'read' },
      { name: 'norms', element: 'f32', tensor: norm, access: 'update' },
      { name: 'scales', element: 'f32', tensor: scale, access: 'update' },
    ],
    workgroups: [1, 1, 1],
  });
  backend.disposeData(parts.dataId);
  return tf.tidy(() => ({
    norm: trackedTensor(backend, norm).as1D(),
    scale: trackedTensor(backend, scale).as1D(),
  }));
}

function partsOf(size: number): number {
  return Math.ceil(size / perPart);
}

function addSquares(
  backend: tf.WebGPUBackend,
  gradients: readonly tf.Tensor[],
  parts: tf.TensorInfo,
  first: number,
): void {
  dispatch(backend, {
    name: 'gradient-squares',
    parameters: { count: gradients.length, first },
    code: squaresCode,
    buffers: [
      { name: 'parts', element: 'f32', tensor: parts, access: 'update' },
      ...gradients.map((tensor, i) => ({
        name: `g${i}`,
        element: 'f32',
        tensor,
        access: 'read' as const,
      })),
    ],
    workgroups: flatGrid(gradients.reduce((sum, { size }) => sum + partsOf(size), 0)),
  });
}

/** A thread for each part; neighbours read neighbouring numbers. */
function squaresCode({ count, first }: { count: number; first: number }): string {
  const places = Array.from({ length: count }, (_, i) => i);
  const partCount = (i: number) => `((arrayLength(&g${i}) + ${perPart - 1}u) / ${perPart}u)`;
  const blocks = places.map(
    (i) => `  {
    let count = ${partCount(i)};
    if (part < count) {
      for (var k = part; k < arrayLength(&g${i}); k += count) { sum = fma(g${i}[k], g${i}[k], sum); }
      parts[${first}u + i] = sum;
      return;
    }
    part -= count;
  }`,
  );
  return flatMain(
    places.map(partCount).join(' + '),
    `  var part = i;
  var sum = 0f;
${blocks.join('\n')}`,
  );
}

function normCode(): string {
  return `var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0f;
  for (var k = lane; k < arrayLength(&parts); k += ${threads}u) { sum += parts[k]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  for (var k = 1u; k < ${threads}u; k++) { sum += sums[k]; }
  let norm = sqrt(sum);
  norms[0] = norm;
  scales[0] = min(1f, limits[0] / (norm + 1e-6f));
}`;
}

function plainClipping(gradients: readonly tf.Tensor[], limit: tf.Tensor): Clipping {
  return tf.tidy(() => {
    const norm = tf
      .addN(gradients.map((gradient) => gradient.square().sum()))
      .sqrt()
      .as1D();
    return { norm, scale: limit.div<tf.Tensor1D>(norm.add(1e-6)).minimum(1) };
  });
}

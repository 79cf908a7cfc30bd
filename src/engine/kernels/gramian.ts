/**
 * The Gramian of the tasks' gradients, G[i, j] = Σ gᵢ·gⱼ over all numbers: what multi-task strategies balance and the views
 * of conflict show. On WebGPU every thread adds up its share of all pairs in a block of tasks, gradient after gradient, and
 * a second pass takes the shares together; the order of summation is fixed, so that runs repeat bit for bit.
 */
import * as tf from '../tf.ts';
import {
  dispatch,
  emptyTensor,
  trackedTensor,
  webgpuBackend,
  type KernelBuffer,
} from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { machineOf } from './tiles.ts';

/** Tasks `rows` against tasks `columns`, each from the first up to before the second. */
type Block = { rows: readonly [number, number]; columns: readonly [number, number] };

/** More would not fit into the registers of a thread. */
const [mostAlone, mostTogether] = [8, 6];
/** More would make a long kernel for little. */
const mostPerDispatch = 16;

/**
 * float32 [T, T], symmetric.
 * @param gradients of T tasks, each a list of tensors, alike from task to task
 * @param storageBuffers how many a kernel may bind; left out, as many as the device allows
 */
export function gramian(gradients: readonly (readonly tf.Tensor[])[], storageBuffers?: number): tf.Tensor2D {
  const backend = webgpuBackend();
  if (!backend) return plainGramian(gradients);
  const tasks = gradients.length;
  const buffers = (storageBuffers ?? backend.device.limits.maxStorageBuffersPerShaderStage) - 1;
  const result = emptyTensor(backend, [tasks, tasks], 'float32');
  for (const block of blocksOf(tasks, buffers)) {
    const shares = addProducts(backend, gradients, block, buffers);
    takeTogether(backend, shares, result, block);
    backend.disposeData(shares.dataId);
  }
  return tf.tidy(() => trackedTensor(backend, result).as2D(tasks, tasks));
}

function plainGramian(gradients: readonly (readonly tf.Tensor[])[]): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = gradients.map((tensors) => tf.concat1d(tensors.map((tensor) => tensor.flatten())));
    const table = tf.stack(rows).as2D(rows.length, -1);
    return tf.matMul(table, table, false, true);
  });
}

/** One block if the gradients of all tasks can be bound at once, else all pairs of smaller ones. */
function blocksOf(tasks: number, buffers: number): Block[] {
  if (tasks <= Math.min(mostAlone, buffers)) return [{ rows: [0, tasks], columns: [0, tasks] }];
  const size = Math.min(mostTogether, Math.floor(buffers / 2));
  const parts = Array.from({ length: Math.ceil(tasks / size) }, (_, k): [number, number] => [
    k * size,
    Math.min(tasks, (k + 1) * size),
  ]);
  return parts.flatMap((rows, i) => parts.slice(i).map((columns) => ({ rows, columns })));
}

function isDiagonal({ rows, columns }: Block): boolean {
  return rows[0] === columns[0];
}

/** Pairs of places in the lists of rows and columns. On the diagonal each pair counts once. */
function pairsOf(block: Block): (readonly [number, number])[] {
  const extent = ([first, end]: readonly [number, number]) =>
    Array.from({ length: end - first }, (_, k) => k);
  return extent(block.rows).flatMap((i) =>
    extent(block.columns)
      .filter((j) => !isDiagonal(block) || j >= i)
      .map((j) => [i, j] as const),
  );
}

/** The sums of each thread: float32 [pairs, threads]. */
function addProducts(
  backend: tf.WebGPUBackend,
  gradients: readonly (readonly tf.Tensor[])[],
  block: Block,
  buffers: number,
): tf.TensorInfo {
  const [first = []] = gradients;
  const size = first.reduce((sum, tensor) => sum + tensor.size, 0);
  const most = machineOf(backend.device).software ? 512 : 8192;
  const threads = Math.max(1, Math.min(most, Math.ceil(size / 16)));
  const pairs = pairsOf(block);
  const shares = emptyTensor(backend, [pairs.length, threads], 'float32');
  const lists = gradients.slice(...block.rows);
  if (!isDiagonal(block)) lists.push(...gradients.slice(...block.columns));
  const columns = isDiagonal(block) ? 0 : block.rows[1] - block.rows[0];
  const perDispatch = Math.min(mostPerDispatch, Math.floor(buffers / lists.length));
  for (let place = 0; place < first.length; place += perDispatch) {
    const bound = lists.map((list) => list.slice(place, place + perDispatch));
    dispatch(backend, {
      name: 'gramian',
      parameters: { pairs, columns, tensors: bound[0]?.length ?? 0, threads, isFirst: place === 0 },
      code: productsCode,
      buffers: [
        ...bound.flatMap((list, task) => list.map((tensor, k) => read(`g${k}_${task}`, tensor))),
        { ...read('shares', shares), access: 'update' },
      ],
      workgroups: flatGrid(threads),
    });
  }
  return shares;
}

type Products = {
  pairs: readonly (readonly [number, number])[];
  /** Place of the first column among the tasks that are bound. */
  columns: number;
  tensors: number;
  threads: number;
  /** The shares are yet to be written. */
  isFirst: boolean;
};

function productsCode({ pairs, columns, tensors, threads, isFirst }: Products): string {
  const bound = Array.from(new Set(pairs.flatMap(([i, j]) => [i, columns + j])));
  const sums = pairs.map(
    (_, pair) => `  var sum${pair} = ${isFirst ? '0f' : `shares[${pair * threads}u + i]`};`,
  );
  const loops = Array.from(
    { length: tensors },
    (_, k) => `  for (var at = i; at < arrayLength(&g${k}_0); at += ${threads}u) {
${bound.map((task) => `    let v${task} = g${k}_${task}[at];`).join('\n')}
${pairs.map(([i, j], pair) => `    sum${pair} = fma(v${i}, v${columns + j}, sum${pair});`).join('\n')}
  }`,
  );
  const stores = pairs.map((_, pair) => `  shares[${pair * threads}u + i] = sum${pair};`);
  return flatMain(`${threads}u`, [...sums, ...loops, ...stores].join('\n'));
}

const workgroup = 64;

/**
 * Adds up the shares of each pair of a block, and puts the sum where it belongs, on both sides of the diagonal. Where the
 * block begins is data, not code: many blocks share a kernel.
 */
function takeTogether(
  backend: tf.WebGPUBackend,
  shares: tf.TensorInfo,
  result: tf.TensorInfo,
  block: Block,
): void {
  const tasks = result.shape[0] ?? 0;
  const pairs = pairsOf(block);
  const isWhole = block.rows[1] - block.rows[0] === tasks;
  const origin = isWhole ? undefined : tf.tensor1d([block.rows[0], block.columns[0]], 'int32');
  dispatch(backend, {
    name: 'gramian-sums',
    parameters: { tasks, pairs, threads: shares.shape[1] ?? 0, isWhole },
    code: sumsCode,
    buffers: [
      ...(origin ? [{ ...read('origin', origin), element: 'i32' }] : []),
      read('shares', shares),
      { ...read('gramian', result), access: 'update' },
    ],
    workgroups: [pairs.length, 1, 1],
  });
  origin?.dispose();
}

type Sums = { tasks: number; pairs: Products['pairs']; threads: number; isWhole: boolean };

function sumsCode({ tasks, pairs, threads, isWhole }: Sums): string {
  const list = (axis: 0 | 1) =>
    `array<u32, ${pairs.length}>(${pairs.map((pair) => `${pair[axis]}u`).join(', ')})`;
  const start = (axis: 0 | 1) => (isWhole ? '0u' : `u32(origin[${axis}])`);
  return `const rows = ${list(0)};
const columns = ${list(1)};
var<workgroup> sums: array<f32, ${workgroup}>;
@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let pair = group.x;
  var sum = 0f;
  for (var k = lane; k < ${threads}u; k += ${workgroup}u) { sum += shares[pair * ${threads}u + k]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  for (var k = 1u; k < ${workgroup}u; k++) { sum += sums[k]; }
  let row = ${start(0)} + rows[pair];
  let column = ${start(1)} + columns[pair];
  gramian[row * ${tasks}u + column] = sum;
  gramian[column * ${tasks}u + row] = sum;
}`;
}

function read(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { name, element: 'f32', tensor, access: 'read' };
}

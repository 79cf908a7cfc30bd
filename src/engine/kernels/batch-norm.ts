/**
 * Batch norm on WebGPU with what usually follows it: an activation, or the sum with a shortcut and then an activation.
 * Training takes three kernels forward (statistics of parts, moments and running statistics, values) and three backward.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import { flatGrid } from '../webgpu/grid.ts';
import {
  applyCode,
  evaluationCode,
  finishGrid,
  gradientSumsCode,
  inputGradientCode,
  momentsCode,
  statisticsCode,
  sumsCode,
  type Finish,
  type Table,
} from './batch-norm-wgsl.ts';
import type { FusedActivation } from './fused-activation.ts';
import { machineOf } from './tiles.ts';

/** float32 [channels] each. */
export type BatchNormParameters = {
  weight: tf.Tensor;
  bias: tf.Tensor;
  /** Training moves the running statistics in place. */
  runningMean: tf.Tensor;
  runningVariance: tf.Tensor;
};

export type BatchNormSettings = {
  epsilon: number;
  /** How far a running statistic moves towards that of each batch. */
  momentum: number;
  activation: FusedActivation;
};

/**
 * activation(x̂·weight + bias + skip), x̂ normalised by the batch, as torch.nn.BatchNorm2d and 1d in training.
 * Differentiable in x, weight, bias and skip.
 * @param x [..., channels]
 * @param skip in the shape of x; left out: nothing is added
 */
export function trainingBatchNorm(
  backend: tf.WebGPUBackend,
  x: tf.Tensor,
  parameters: BatchNormParameters,
  settings: BatchNormSettings,
  skip?: tf.Tensor,
): tf.Tensor {
  const { weight, bias } = parameters;
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1);
    if (typeof save !== 'function') throw new Error('batchNorm: nowhere to save to');
    const moments = trackedTensor(backend, momentsOf(backend, x, parameters, settings));
    const value = trackedTensor(backend, apply(backend, x, moments, settings, skip));
    const { activation } = settings;
    save(skip && activation !== 'none' ? [x, moments, value] : [x, moments]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      gradients(backend, { activation, hasSkip: skip !== undefined }, dy, saved);
    return { value, gradFunc };
  });
  return skip ? operation(x, weight, bias, skip) : operation(x, weight, bias);
}

/** The same by the running statistics, as in evaluation; not differentiable. */
export function evaluationBatchNorm(
  backend: tf.WebGPUBackend,
  x: tf.Tensor,
  { weight, bias, runningMean, runningVariance }: BatchNormParameters,
  settings: Omit<BatchNormSettings, 'momentum'>,
  skip?: tf.Tensor,
): tf.Tensor {
  const channels = weight.size;
  const moments = emptyTensor(backend, [3, channels], 'float32');
  dispatch(backend, {
    name: 'batch-norm-evaluation',
    parameters: { channels, epsilon: settings.epsilon },
    code: evaluationCode,
    buffers: [
      read('weight', weight),
      read('bias', bias),
      read('running_mean', runningMean),
      read('running_var', runningVariance),
      write('moments', moments),
    ],
    workgroups: flatGrid(channels),
  });
  const y = apply(backend, x, moments, settings, skip);
  backend.disposeData(moments.dataId);
  return trackedTensor(backend, y);
}

/** How x is shared out; a pass that writes as much as it reads is cut finer, since nothing is added up after it. */
function tableOf(backend: tf.WebGPUBackend, shape: readonly number[], pass: 'sum' | 'map'): Table {
  const channels = shape.at(-1) ?? 1;
  const rows = tf.util.sizeFromShape([...shape]) / channels;
  const lanes = channels % 4 === 0 ? 4 : 1;
  const { software } = machineOf(backend.device);
  const threads = software ? 1024 : 16_384;
  const wanted = pass === 'map' && !software ? Math.ceil(rows / 8) : Math.ceil((threads * lanes) / channels);
  const parts = Math.max(1, Math.min(wanted, pass === 'sum' ? Math.min(1024, Math.floor(rows / 16)) : rows));
  return { rows, channels, lanes, parts };
}

/** Threads for a channel: in software they would only wait for each other. */
function finishOf(backend: tf.WebGPUBackend, table: Table): Finish {
  return { ...table, threads: machineOf(backend.device).software ? 8 : 64 };
}

const gridOf = ({ parts, channels, lanes }: Table) => flatGrid((parts * channels) / lanes);

/** [4, channels] and, on the way, the running statistics. */
function momentsOf(
  backend: tf.WebGPUBackend,
  x: tf.Tensor,
  { weight, bias, runningMean, runningVariance }: BatchNormParameters,
  { epsilon, momentum }: BatchNormSettings,
): tf.TensorInfo {
  const table = tableOf(backend, x.shape, 'sum');
  const partial = emptyTensor(backend, [table.parts, table.channels, 2], 'float32');
  dispatch(backend, {
    name: 'batch-norm-statistics',
    parameters: table,
    code: statisticsCode,
    buffers: [read('x', x, table), write('partial', partial, table)],
    workgroups: gridOf(table),
  });
  const moments = emptyTensor(backend, [4, table.channels], 'float32');
  const finish = finishOf(backend, table);
  dispatch(backend, {
    name: 'batch-norm-moments',
    parameters: { ...finish, epsilon, momentum },
    code: momentsCode,
    buffers: [
      read('partial', partial),
      read('weight', weight),
      read('bias', bias),
      write('running_mean', runningMean),
      write('running_var', runningVariance),
      write('moments', moments),
    ],
    workgroups: finishGrid(finish),
  });
  backend.disposeData(partial.dataId);
  return moments;
}

function apply(
  backend: tf.WebGPUBackend,
  x: tf.Tensor,
  moments: tf.TensorInfo,
  { activation }: Pick<BatchNormSettings, 'activation'>,
  skip: tf.Tensor | undefined,
): tf.TensorInfo {
  const table = tableOf(backend, x.shape, 'map');
  const y = emptyTensor(backend, x.shape, 'float32');
  dispatch(backend, {
    name: 'batch-norm-apply',
    parameters: { ...table, activation, hasSkip: skip !== undefined },
    code: applyCode,
    buffers: [
      read('x', x, table),
      read('moments', moments, table),
      ...(skip ? [read('skip', skip, table)] : []),
      write('y', y, table),
    ],
    workgroups: gridOf(table),
  });
  return y;
}

type Way = { activation: FusedActivation; hasSkip: boolean };

/** Of x, weight, bias and, where there is one, the skip. */
function gradients(
  backend: tf.WebGPUBackend,
  way: Way,
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
): tf.Tensor[] {
  const [x, moments, y] = saved;
  if (!x || !moments) throw new Error('batchNorm: nothing was saved for the gradient');
  const table = tableOf(backend, x.shape, 'sum');
  const { channels } = table;
  const partial = emptyTensor(backend, [table.parts, channels, 2], 'float32');
  const before = y && emptyTensor(backend, x.shape, 'float32');
  dispatch(backend, {
    name: 'batch-norm-sums',
    parameters: { ...table, ...way },
    code: sumsCode,
    buffers: [
      read('dy', dy, table),
      read('x', x, table),
      read('moments', moments, table),
      ...(before ? [read('y', y, table), write('before', before, table)] : []),
      write('partial', partial, table),
    ],
    workgroups: gridOf(table),
  });
  const finish = finishOf(backend, table);
  const dBias = emptyTensor(backend, [channels], 'float32');
  const dWeight = emptyTensor(backend, [channels], 'float32');
  dispatch(backend, {
    name: 'batch-norm-gradient-sums',
    parameters: finish,
    code: gradientSumsCode,
    buffers: [read('partial', partial), write('dbias', dBias), write('dweight', dWeight)],
    workgroups: finishGrid(finish),
  });
  backend.disposeData(partial.dataId);
  const dx = inputGradient(backend, way, { dy: before ?? dy, x, moments, dBias, dWeight });
  const all = [dx, dWeight, dBias].map((info) => trackedTensor(backend, info));
  if (!way.hasSkip) return all;
  return [...all, before ? trackedTensor(backend, before) : dy.clone()];
}

function inputGradient(
  backend: tf.WebGPUBackend,
  way: Way,
  of: Record<'dy' | 'x' | 'moments' | 'dBias' | 'dWeight', tf.TensorInfo>,
): tf.TensorInfo {
  const table = tableOf(backend, of.x.shape, 'map');
  const dx = emptyTensor(backend, of.x.shape, 'float32');
  dispatch(backend, {
    name: 'batch-norm-input-gradient',
    parameters: { ...table, ...way },
    code: inputGradientCode,
    buffers: [
      read('dy', of.dy, table),
      read('x', of.x, table),
      read('moments', of.moments, table),
      read('dbias', of.dBias, table),
      read('dweight', of.dWeight, table),
      write('dx', dx, table),
    ],
    workgroups: gridOf(table),
  });
  return dx;
}

function read(name: string, tensor: tf.TensorInfo, table?: Table): KernelBuffer {
  return { name, element: table?.lanes === 4 ? 'vec4f' : 'f32', tensor, access: 'read' };
}

function write(name: string, tensor: tf.TensorInfo, table?: Table): KernelBuffer {
  return { ...read(name, tensor, table), access: 'update' };
}

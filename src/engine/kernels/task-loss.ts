/**
 * The losses of all tasks on WebGPU, with their metrics and label counts: a kernel for each task's rows and one for the
 * sums, and back a kernel for each task. Labels are looked up where they lie.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import { flatGrid } from '../webgpu/grid.ts';
import {
  finishCode,
  lossGradientCode,
  rowsCode,
  rowsGrid,
  statsWidth,
  type LossRule,
  type TaskShape,
} from './task-loss-wgsl.ts';
import { machineOf } from './tiles.ts';

export type { LossRule } from './task-loss-wgsl.ts';

export type FusedTask = {
  rule: LossRule;
  /** [batch, width] */
  outputs: tf.Tensor;
  /** [samples, columns]; 0 where not labelled. */
  targets: tf.Tensor;
  /** [samples, columns]; 1 where labelled, else 0. */
  mask: tf.Tensor;
};

/**
 * The losses, float32 [T], differentiable in the outputs, and as a report, float32 [3T]: T losses, T metrics, T label counts. All are 0 for a task without a label in the batch.
 * @param rows sample of each row of the batch: int32 [batch]
 */
export function fusedLosses(
  backend: tf.WebGPUBackend,
  tasks: readonly FusedTask[],
  rows: tf.Tensor,
): { losses: tf.Tensor1D; report: tf.Tensor1D } {
  const batch = rows.size;
  const reports: tf.Tensor1D[] = [];
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.at(-1);
    if (typeof save !== 'function') throw new Error('fusedLosses: nowhere to save to');
    const stats = emptyTensor(backend, [tasks.length * (batch * statsWidth + 1)], 'float32');
    for (const [t, task] of tasks.entries()) rowStatistics(backend, task, rows, stats, t);
    const report = emptyTensor(backend, [3 * tasks.length], 'float32');
    const losses = emptyTensor(backend, [tasks.length], 'float32');
    dispatch(backend, {
      name: 'task-loss-sums',
      parameters: { tasks: tasks.length, batch },
      code: finishCode,
      buffers: [write('stats', stats), write('report', report), write('losses', losses)],
      workgroups: [1, 1, 1],
    });
    reports.push(tf.keep(trackedTensor(backend, report).as1D()));
    const outputs = tasks.map((task) => task.outputs);
    save([trackedTensor(backend, stats), rows, ...outputs]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tasks.map((task, t) => gradient(backend, task, t, dy, saved));
    return { value: trackedTensor(backend, losses), gradFunc };
  });
  const losses = operation(...tasks.map(({ outputs }) => outputs)).as1D();
  const [kept] = reports;
  if (!kept) throw new Error('fusedLosses: no report');
  const report = kept.clone(); // which a `tidy` frees, unlike the one from inside
  kept.dispose();
  return { losses, report };
}

function shapeOf({ rule, outputs, targets }: FusedTask, batch: number, place: number): TaskShape {
  return { rule, batch, width: outputs.size / batch, columns: targets.shape[1] ?? 1, first: place * batch };
}

function rowStatistics(
  backend: tf.WebGPUBackend,
  task: FusedTask,
  rows: tf.Tensor,
  stats: tf.TensorInfo,
  place: number,
): void {
  const shape = shapeOf(task, rows.size, place);
  const lanes = lanesFor(backend, shape.width);
  dispatch(backend, {
    name: 'task-loss-rows',
    parameters: { ...shape, lanes },
    code: rowsCode,
    buffers: [...operandsOf(task, rows), write('stats', stats)],
    workgroups: rowsGrid(rows.size, lanes),
  });
}

/** Threads for a row: on a GPU one for some eight outputs, in software, where sharing costs more than it gains, one. */
function lanesFor(backend: tf.WebGPUBackend, width: number): number {
  if (machineOf(backend.device).software) return 1;
  return Math.min(64, 2 ** Math.floor(Math.log2(Math.max(1, width / 8))));
}

function gradient(
  backend: tf.WebGPUBackend,
  task: FusedTask,
  place: number,
  dy: tf.Tensor,
  [stats, rows, ...outputs]: readonly tf.Tensor[],
): tf.Tensor {
  const own = outputs[place];
  if (!stats || !rows || !own) throw new Error('fusedLosses: nothing was saved for the gradient');
  const shape = shapeOf(task, rows.size, place);
  const dx = emptyTensor(backend, own.shape, 'float32');
  dispatch(backend, {
    name: 'task-loss-gradient',
    parameters: { ...shape, factor: outputs.length * rows.size * statsWidth + place, task: place },
    code: lossGradientCode,
    buffers: [
      ...operandsOf({ ...task, outputs: own }, rows),
      read('stats', stats),
      read('dy', dy),
      write('dx', dx),
    ],
    workgroups: flatGrid(own.size),
  });
  return trackedTensor(backend, dx);
}

function operandsOf({ outputs, targets, mask }: FusedTask, rows: tf.Tensor): KernelBuffer[] {
  return [
    read('outputs', outputs),
    read('targets', targets),
    read('masks', mask),
    { name: 'rows', element: 'i32', tensor: rows, access: 'read' },
  ];
}

function read(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { name, element: 'f32', tensor, access: 'read' };
}

function write(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { ...read(name, tensor), access: 'update' };
}

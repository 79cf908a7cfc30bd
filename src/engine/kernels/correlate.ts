/** Runs a correlation (see correlate-wgsl.ts) on WebGPU. */
import type * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { correlateCode, correlateGrid, type Correlation, type Tile } from './correlate-wgsl.ts';
import { correlationTile, machineOf } from './tiles.ts';

const chosen = new Map<string, Tile>();

/**
 * @param shape of the result, with `images · out · channels` numbers
 * @returns undefined where the result has more rows or channels than one dispatch can count
 */
export function correlate(
  backend: tf.WebGPUBackend,
  x: tf.TensorInfo,
  w: tf.TensorInfo,
  shape: number[],
  correlation: Correlation,
): tf.TensorInfo | undefined {
  const machine = machineOf(backend.device);
  const key = JSON.stringify([machine, correlation]);
  const tile = chosen.get(key) ?? correlationTile(correlation, machine);
  chosen.set(key, tile);
  const workgroups = correlateGrid(correlation, tile);
  if (workgroups.some((count) => count > backend.device.limits.maxComputeWorkgroupsPerDimension))
    return undefined;
  const y = emptyTensor(backend, shape, 'float32');
  dispatch(backend, {
    name: 'correlate',
    parameters: { correlation, tile },
    code: correlateCode,
    buffers: [
      { name: 'x', element: 'f32', tensor: x, access: 'read' },
      { name: 'w', element: 'f32', tensor: w, access: 'read' },
      { name: 'y', element: 'f32', tensor: y, access: 'update' },
    ],
    workgroups,
    extensions: tile.quads ? ['subgroups'] : [],
  });
  return y;
}

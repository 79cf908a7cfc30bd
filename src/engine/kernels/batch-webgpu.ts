/** `gatherBatch` on WebGPU: one kernel draws the rows and how each image is changed, one makes the pixels. */
import type { ImageShape } from '#experiment/dataset-info.ts';
import type { Augmentation } from '#experiment/schema.ts';
import { hash, stream } from '#lib/random.ts';
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { wgslHash, wgslPermute } from '../webgpu/random-wgsl.ts';
import { float, word } from '../webgpu/wgsl.ts';
import type { Batch, BatchRequest, Normalisation } from './batch.ts';

type Draw = Pick<BatchRequest, 'batchSize' | 'seed' | 'order'> & {
  n: number;
  augment: Augmentation | null;
  draw: { readonly place: number; readonly of: number };
};
type Pixels = Normalisation & { batchSize: number; image: ImageShape; changed: boolean; total: number };

/** @throws if the images are not on the GPU */
export function gatherOnWebgpu(backend: tf.WebGPUBackend, request: BatchRequest): Batch {
  const { images, indices, step, batchSize, seed, order, normalise } = request;
  const { draw = { place: 0, of: 1 } } = request;
  if (!images.packed) throw new Error('gatherBatch: these images were not made resident on WebGPU');
  const { height, width, channels } = images.image;
  const augment = request.augment && changesAnything(request.augment) ? request.augment : null;
  const shape: [number, number, number, number] = [batchSize, height, width, channels];
  const x = emptyTensor(backend, shape, 'float32');
  const rows = emptyTensor(backend, [batchSize], 'int32');
  const changes = emptyTensor(backend, [batchSize, 4], 'float32');
  // Where the images lie, where that is not at their sample's number.
  const isWindow = order === 'passing' || order === 'scheduled';
  const places = isWindow ? emptyTensor(backend, [batchSize], 'int32') : rows;
  dispatch(backend, {
    name: 'batch-draw',
    parameters: { batchSize, seed, order, n: indices.size, augment, draw },
    code: drawCode,
    buffers: [
      { name: 'indices', element: 'i32', tensor: indices, access: 'read' },
      { name: 'steps', element: 'i32', tensor: step, access: 'read' },
      { name: 'rows', element: 'i32', tensor: rows, access: 'update' },
      { name: 'changes', element: 'vec4f', tensor: changes, access: 'update' },
      ...(isWindow ? [{ name: 'places', element: 'i32', tensor: places, access: 'update' } as const] : []),
    ],
    workgroups: flatGrid(batchSize),
  });
  const total = batchSize * height * width * channels;
  dispatch(backend, {
    name: 'batch-pixels',
    parameters: { ...normalise, batchSize, image: images.image, changed: augment !== null, total },
    code: pixelsCode,
    buffers: [
      { name: 'images', element: 'u32', tensor: images.packed, access: 'read' },
      { name: 'places', element: 'i32', tensor: places, access: 'read' },
      { name: 'changes', element: 'vec4f', tensor: changes, access: 'read' },
      { name: 'x', element: 'f32', tensor: x, access: 'update' },
    ],
    workgroups: flatGrid(Math.ceil(total / 4)),
  });
  backend.disposeData(changes.dataId);
  if (isWindow) backend.disposeData(places.dataId);
  return tf.tidy(() => ({
    x: trackedTensor(backend, x).as4D(...shape),
    rows: trackedTensor(backend, rows).as1D(),
  }));
}

function changesAnything({ flip, shift, crop, brightness }: Augmentation): boolean {
  return flip || shift > 0 || crop > 0 || brightness > 0;
}

/** Per place in the batch: its row, and as four floats: flip (1 or 0), shift down, shift right, gain. */
function drawCode({ batchSize, seed, order, n, augment, draw }: Draw): string {
  const change = augment && [
    augment.flip ? 'select(0f, 1f, to_uniform(hash_next(keyed, 0u)) < 0.5f)' : '0f',
    `${around(augment.shift, 1)} + ${around(augment.crop, 3)}`,
    `${around(augment.shift, 2)} + ${around(augment.crop, 4)}`,
    `fma(${float(augment.brightness)}, 2f * to_uniform(hash_next(keyed, 5u)) - 1f, 1f)`,
  ];
  return `${wgslHash}${order === 'shuffled' ? wgslPermute(n) : ''}${flatMain(
    `${batchSize}u`,
    `  let step = u32(steps[0]) * ${draw.of}u + ${draw.place}u;
${rowCode({ batchSize, seed, order, n })}
  let keyed = hash_next(hash_next(${word(hash(seed, stream.augment))}, step), i);
  changes[i] = vec4f(${change ? change.join(',\n    ') : '0f, 0f, 0f, 1f'});`,
  )}`;
}

/** Which sample comes to place i of the batch, and where its image lies where that is somewhere else. */
function rowCode({ batchSize, seed, order, n }: Omit<Draw, 'augment' | 'draw'>): string {
  const perEpoch = Math.max(1, Math.floor(n / batchSize));
  const inOrder = `min(step * ${batchSize}u + i, ${n - 1}u)`;
  switch (order) {
    case 'sequential':
      return `  rows[i] = indices[${inOrder}];`;
    case 'shuffled':
      return `  rows[i] = indices[permute(((step % ${perEpoch}u) * ${batchSize}u + i) % ${n}u,
        hash_next(${word(hash(seed, stream.order))}, step / ${perEpoch}u))];`;
    case 'passing':
      return `  let place = ${inOrder};
  rows[i] = indices[place];
  places[i] = i32(place - step * ${batchSize}u);`;
    case 'scheduled':
      return `  let at = 2u * ((step % ${n / 2 / batchSize}u) * ${batchSize}u + i);
  rows[i] = indices[at];
  places[i] = indices[at + 1u];`;
  }
}

/** Four values of x per thread. An image that no one changes and that fills whole words is read a word at a time. */
function pixelsCode({ image, changed, total, mean, deviation }: Pixels): string {
  const { height, width, channels } = image;
  const size = height * width * channels;
  const constants = Array.from({ length: channels }, (_, c) => {
    const slope = 1 / (255 * (deviation[c] ?? 1));
    return `vec2f(${float(slope)}, ${float(-(mean[c] ?? 0) / (deviation[c] ?? 1))})`;
  });
  const pick = constants.reduceRight((rest, constant, c) => `select(${rest}, ${constant}, c == ${c}u)`);
  const normalise = `
fn normalised(pixel: f32, c: u32) -> f32 {
  let line = ${channels === 1 ? constants[0] : pick};
  return fma(pixel, line.x, line.y);
}`;
  if (!changed && size % 4 === 0) {
    const lane = (k: number) =>
      `  x[4u * i + ${k}u] = normalised(pixels[${k}], (4u * i + ${k}u) % ${channels}u);`;
    return `${normalise}
${flatMain(
  `${total / 4}u`,
  `  let b = i / ${size / 4}u;
  let pixels = vec4f(unpack4xU8(images[u32(places[b]) * ${size / 4}u + i % ${size / 4}u]));
${[0, 1, 2, 3].map(lane).join('\n')}`,
)}`;
  }
  return `${normalise}
fn value(place: u32) -> f32 {
  let b = place / ${size}u;
  let i = place % ${size}u;
  let c = i % ${channels}u;
  let change = changes[b];
  let y = i32(i / ${width * channels}u) - i32(change.y);
  var px = i32(i / ${channels}u % ${width}u) - i32(change.z);
  if (change.x > 0f) { px = ${width - 1} - px; }
  var pixel = 0f;
  if (px >= 0 && px < ${width} && y >= 0 && y < ${height}) {
    let at = u32(places[b]) * ${size}u + u32(y * ${width} + px) * ${channels}u + c;
    pixel = f32((images[at / 4u] >> (8u * (at % 4u))) & 255u);
  }
  return normalised(clamp(pixel * change.w, 0f, 255f), c);
}
${flatMain(
  `${Math.ceil(total / 4)}u`,
  `  for (var k = 0u; k < 4u && 4u * i + k < ${total}u; k++) { x[4u * i + k] = value(4u * i + k); }`,
)}`;
}

/** A whole number of pixels in −reach…reach by draw `k`: the top 24 bits of it, times the number of choices. */
function around(reach: number, k: number): string {
  if (reach === 0) return '0f';
  return `(f32(((hash_next(keyed, ${k}u) >> 8u) * ${2 * reach + 1}u) >> 24u) - ${float(reach)})`;
}

/** PyTorch's layouts of parameters and the engine's, on the host. See `Layout` in experiment/layers/layer.ts. */
import type { Layout, ParameterSpec } from '#experiment/layers/layer.ts';
import { sizeOf, type Shape } from '#lib/shape.ts';

type Placed = Pick<ParameterSpec, 'shape' | 'layout' | 'map'>;

/**
 * Axis i of the engine's layout is axis `orders[layout][i]` of PyTorch's. Depthwise filters come out as
 * [kh, kw, 1, channels·m], in memory the same as [kh, kw, channels, m], which the layer makes of it.
 */
const orders: Record<Layout, readonly number[]> = {
  conv: [2, 3, 1, 0],
  depthwise: [2, 3, 1, 0],
  dense: [1, 0],
  vector: [0],
};

/** The shape of a parameter in the engine. */
export function engineShape({ shape, layout }: Placed): number[] {
  return orders[layout].map((axis) => shape[axis] ?? 1);
}

/**
 * PyTorch's layout with all axes spelt out, and their order in the engine: a dense weight on a feature map is as that of
 * a convolution whose filters are as large as the map.
 */
function spelt({ shape, layout, map }: Placed): { shape: readonly number[]; order: readonly number[] } {
  if (!map) return { shape, order: orders[layout] };
  const [height, width, channels] = map;
  return { shape: [shape[0] ?? 1, channels, height, width], order: orders.conv };
}

/** Values in PyTorch's layout, in the engine's. */
export function toEngine(parameter: Placed, values: Float32Array): Float32Array<ArrayBuffer> {
  const { shape, order } = spelt(parameter);
  return transpose(values, shape, order);
}

/** Values in the engine's layout, in PyTorch's. */
export function fromEngine(parameter: Placed, values: Float32Array): Float32Array<ArrayBuffer> {
  const { shape, order } = spelt(parameter);
  const extents = order.map((axis) => shape[axis] ?? 1);
  const back = order.map((_, axis) => order.indexOf(axis));
  return transpose(values, extents, back);
}

/** Axis i of the result is axis `order[i]` of the values. */
function transpose(values: Float32Array, shape: Shape, order: readonly number[]): Float32Array<ArrayBuffer> {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const extents = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const out = new Float32Array(values.length);
  const place = extents.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from] ?? 0;
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      from += steps[axis] ?? 0;
      place[axis] = (place[axis] ?? 0) + 1;
      if ((place[axis] ?? 0) < (extents[axis] ?? 1)) break;
      from -= (steps[axis] ?? 0) * (extents[axis] ?? 1);
      place[axis] = 0;
    }
  }
  return out;
}

/** PyTorch's layouts of parameters and the engine's, on the host. See `Layout` in experiment/layers/layer.ts. */
import type { Layout, ParameterSpec } from '#experiment/layers/layer.ts';
import { sizeOf, type Shape } from '#lib/shape.ts';

type Placed = Pick<ParameterSpec, 'shape' | 'layout'>;

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

/** Values in PyTorch's layout, in the engine's. */
export function toEngine({ shape, layout }: Placed, values: Float32Array): Float32Array<ArrayBuffer> {
  return transpose(values, shape, orders[layout]);
}

/** Values in the engine's layout, in PyTorch's. */
export function fromEngine(parameter: Placed, values: Float32Array): Float32Array<ArrayBuffer> {
  const order = orders[parameter.layout];
  const back = order.map((_, axis) => order.indexOf(axis));
  return transpose(values, engineShape(parameter), back);
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

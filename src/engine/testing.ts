/** What the engine's tests share. Not for the app. */
import { layerSchema } from '#experiment/layers/index.ts';
import { describeLayer } from '#experiment/layers/index.ts';
import type { LayerPlan } from '#experiment/plan.ts';
import type { Shape } from '#lib/shape.ts';
import type { NamedTensor } from './types.ts';

/** The largest difference, relative to the largest expected size. Infinite where lengths differ or one is not a number. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  let size = 1e-6;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (Number.isNaN(error)) return Infinity;
    worst = Math.max(worst, error);
    size = Math.max(size, Math.abs(expected[i] ?? 0));
  }
  return worst / size;
}

/** A layer on its own, at `path` of a document. */
export function planOf(settings: unknown, input: Shape, path = 'trunk.0'): LayerPlan {
  const layer = layerSchema.parse(settings);
  const described = describeLayer(layer);
  return {
    path,
    layer,
    label: described.label,
    input,
    output: described.outputShape(input),
    parameters: described.parameters(input).map((each) => ({ ...each, name: `${path}.${each.name}` })),
    parameterCount: 0,
    flops: 0,
    kept: 0,
  };
}

/** The tensor of a name. Throws where there is none. */
export function named(tensors: readonly NamedTensor[], name: string): NamedTensor {
  const tensor = tensors.find((each) => each.name === name);
  if (!tensor) throw new Error(`no tensor "${name}"`);
  return tensor;
}

/** Parameters and running statistics as tensors: created from their plan, and to and from PyTorch's form on the host. */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { hashText, Random, stream } from '#lib/random.ts';
import { sizeOf } from '#lib/shape.ts';
import { engineShape, fromEngine, toEngine } from './layout.ts';
import * as tf from './tf.ts';
import type { NamedTensor } from './types.ts';
import { mapUnhurried } from './unhurried.ts';
import { readNow, replaceNumbers } from './webgpu/host-copy.ts';

/** Tensors of a network by full name, in the engine's layout. */
export type Weights = ReadonlyMap<string, tf.Tensor>;
/** Weights that train. */
export type Variables = ReadonlyMap<string, tf.Variable>;

/**
 * Initial values in PyTorch's layout: a function of seed and name alone, so that editing one layer leaves the start of
 * the others as it was.
 */
export function drawParameter({ name, shape, initialiser }: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initialiser.kind === 'constant') return values.fill(initialiser.value);
  const random = new Random(seed, stream.init, hashText(name));
  return values.map(() => random.uniform(-initialiser.bound, initialiser.bound));
}

/**
 * Creates the variables of a network.
 * @param tensors values to start from instead of drawn ones: all parameters, in PyTorch's form
 * @throws Error naming the first tensor that is missing or has another shape
 */
export function createParameters(
  specs: readonly ParameterSpec[],
  seed: number,
  tensors?: readonly NamedTensor[],
): Variables {
  const values = specs.map((spec) => (tensors ? given(spec, tensors) : drawParameter(spec, seed)));
  return new Map(
    specs.map((spec, index) => {
      const initial = tf.tensor(toEngine(spec, values[index] ?? new Float32Array()), engineShape(spec));
      const variable = tf.variable(initial, spec.trainable);
      initial.dispose();
      return [spec.name, variable] as const;
    }),
  );
}

function given(spec: ParameterSpec, tensors: readonly NamedTensor[]): Float32Array {
  const tensor = tensors.find(({ name }) => name === spec.name);
  if (!tensor) throw new Error(`The weights lack "${spec.name}", which this network has.`);
  if (tensor.shape.join() === spec.shape.join() && tensor.values.length === sizeOf(spec.shape))
    return tensor.values;
  throw new Error(
    `"${spec.name}" has the shape ${tensor.shape.join('×')} in the weights, but ${spec.shape.join('×')} in this network.`,
  );
}

/** Reads weights back in PyTorch's form as they are at the call, without blocking. */
export async function readWeights(specs: readonly ParameterSpec[], weights: Weights): Promise<NamedTensor[]> {
  const numbers = await readNow(specs.map((spec) => tensorOf(weights, spec)));
  return mapUnhurried(specs, (spec, i) => {
    const values = Float32Array.from(numbers[i] ?? []);
    return { name: spec.name, shape: spec.shape, values: fromEngine(spec, values) };
  });
}

/** Writes values into weights in place, from tensors in PyTorch's form. Throws where one is missing or does not fit. */
export function writeWeights(
  specs: readonly ParameterSpec[],
  weights: Variables,
  tensors: readonly NamedTensor[],
): void {
  const values = specs.map((spec) => toEngine(spec, given(spec, tensors)));
  for (const [i, spec] of specs.entries()) {
    const variable = weights.get(spec.name);
    const engineValues = values[i];
    if (variable && engineValues) replaceNumbers(variable, engineValues);
  }
}

function tensorOf(weights: Weights, { name }: ParameterSpec): tf.Tensor {
  const tensor = weights.get(name);
  if (!tensor) throw new Error(`readWeights: no tensor "${name}"`);
  return tensor;
}

/** A copy that shares no storage with the original, which the optimiser writes in place. */
export function copyWeights(weights: Weights): Weights {
  return new Map(Array.from(weights, ([name, tensor]) => [name, tf.keep(tf.tidy(() => tensor.add(0)))]));
}

export function disposeWeights(weights: Weights): void {
  for (const tensor of weights.values()) tensor.dispose();
}

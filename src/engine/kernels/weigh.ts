/**
 * A multi-task method's rule on the GPU: one workgroup turns losses and Gramian into task weights, without any of them
 * leaving the device. The rule's own WGSL comes from its file in `strategies/`.
 */
import { hash, stream } from '#lib/random.ts';
import type { RuleWgsl } from '#strategies/strategy.ts';
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import { wgslHash } from '../webgpu/random-wgsl.ts';
import { word } from '../webgpu/wgsl.ts';

export interface Weigh {
  /** The method's id: no two rules may share one. */
  readonly id: string;
  readonly wgsl: RuleWgsl;
  /** Runs the rule's `observe` instead; there are no weights then. */
  readonly observes?: true;
  /** float32 [T] */
  readonly losses: tf.Tensor;
  /** float32 [T, T], for methods that need it. */
  readonly gramian?: tf.Tensor;
  /** Names of the settings' numbers, in the order of `settings`. */
  readonly names: readonly string[];
  /** float32 [names]; left out where there are none. */
  readonly settings?: tf.Tensor;
  /** What the rule remembers, float32, changed in place; left out where it does not. */
  readonly state?: tf.Tensor;
  readonly stepsPerEpoch: number;
  readonly seed: number;
  /** Steps done before: int32 [1]. */
  readonly step: tf.Tensor;
  /** float32: the random numbers to use instead of those of seed and step, for tests. */
  readonly draws?: tf.Tensor;
}

/** float32 [T] each. */
export interface Weights {
  readonly weights: tf.Tensor1D;
  /** Factors of the losses that the heads train on, from rules that say so. */
  readonly heads?: tf.Tensor1D;
}

/** Encodes the rule once. */
export function weigh(backend: tf.WebGPUBackend, call: Weigh): Weights {
  const { id, wgsl, observes, losses, names, stepsPerEpoch, seed, draws } = call;
  const tasks = losses.size;
  const weights = emptyTensor(backend, [tasks], 'float32');
  const heads = wgsl.weighsHeads && !observes ? emptyTensor(backend, [tasks], 'float32') : undefined;
  const parameters: Parameters = {
    id,
    observes: observes === true,
    tasks,
    stepsPerEpoch,
    names,
    keyed: draws ? undefined : hash(seed, stream.strategy),
    lanes: wgsl.lanes?.(tasks) ?? 1,
  };
  dispatch(backend, {
    name: 'weigh',
    parameters,
    code: (given) => weighCode(given, (observes ? wgsl.observe : wgsl.code) ?? ''),
    buffers: [
      read('losses', losses),
      ...(call.gramian ? [read('gramian', call.gramian)] : []),
      ...(call.settings ? [read('settings', call.settings)] : []),
      draws ? read('draws', draws) : { ...read('steps', call.step), element: 'i32' },
      ...(call.state ? [update('state', call.state)] : []),
      update('weights', weights),
      ...(heads ? [update('heads', heads)] : []),
    ],
    workgroups: [1, 1, 1],
  });
  return tf.tidy(() => ({
    weights: trackedTensor(backend, weights).as1D(),
    ...(heads ? { heads: trackedTensor(backend, heads).as1D() } : {}),
  }));
}

type Parameters = {
  id: string;
  observes: boolean;
  tasks: number;
  stepsPerEpoch: number;
  names: readonly string[];
  /** Undefined where the random numbers are given. */
  keyed: number | undefined;
  lanes: number;
};

function weighCode({ tasks, stepsPerEpoch, names, keyed, lanes }: Parameters, rule: string): string {
  const getters = names.map((name, i) => `fn setting_${name}() -> f32 { return settings[${i}]; }`);
  const random =
    keyed === undefined
      ? 'fn random(k: u32) -> f32 { return draws[k]; }'
      : `${wgslHash}fn random(k: u32) -> f32 {
  return to_uniform(hash_next(hash_next(${word(keyed)}, u32(steps[0])), k));
}`;
  return `const tasks = ${tasks}u;
const stepsPerEpoch = ${stepsPerEpoch}u;
const lanes = ${lanes}u;
${getters.join('\n')}
${random}
${rule}
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32) { weigh(lane); }`;
}

function read(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { name, element: 'f32', tensor, access: 'read' };
}

function update(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { ...read(name, tensor), access: 'update' };
}

/**
 * torch.optim's SGD, Adam and AdamW on a group of parameters: their state, and one step of all of them in place. On WebGPU
 * two kernels do it, one for the numbers that all share and one for the parameters; optimiser-update-host.ts is the same
 * in plain ops. Legend: p parameter, g gradient, η learning rate, λ weight decay, μ momentum, t = updates + 1.
 */
import type { Optimiser } from '#experiment/training.ts';
import { sizeOf } from '#lib/shape.ts';
import { LiveTensor } from '../live-tensor.ts';
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import { readNow } from '../webgpu/host-copy.ts';
import { overwrite } from '../webgpu/overwrite.ts';
import {
  controlCount,
  controlsCode,
  settingsOf,
  updateCode,
  updateGrid,
  type Rule,
} from './optimiser-update-wgsl.ts';
import { machineOf } from './tiles.ts';

/** One step for the parameters of a group. */
export interface Update {
  readonly optimiser: Optimiser;
  /** In the order of the parameters, each in its parameter's shape. */
  readonly gradients: readonly tf.Tensor[];
  /** float32 [1]. */
  readonly learningRate: tf.Tensor;
  /** float32 [1]: the gradients count this many times (clipping). */
  readonly gradientScale: tf.Tensor;
  /** Updates since the state was zero, this one not counted: int32 [1]. */
  readonly updates: tf.Tensor;
}

/** The state of some parameters. Kind k of it is entry k of {@link stateNames}. */
export interface GroupState {
  /** By parameter and kind, in the engine's layout, as they are at the call. */
  read(): Promise<Float32Array[][]>;
  write(parameter: number, kind: number, values: Float32Array): void;
  dispose(): void;
}

/** What an optimiser keeps for each parameter, by torch.optim's names: zeros before the first update. */
export function stateNames(optimiser: Optimiser): readonly string[] {
  if (optimiser.kind !== 'sgd') return ['exp_avg', 'exp_avg_sq'];
  return optimiser.momentum > 0 ? ['momentum_buffer'] : [];
}

/** Settings, rate, scale and corrections for the step, where the kernels of all groups find them. */
export class Controls {
  readonly #settings: LiveTensor;

  constructor(optimiser: Optimiser) {
    this.#settings = new LiveTensor(settingsOf(optimiser));
  }

  adjust(optimiser: Optimiser): void {
    this.#settings.set(settingsOf(optimiser));
  }

  /** float32 [{@link controlCount}], which the caller disposes of; adds one to the updates. */
  next(
    backend: tf.WebGPUBackend,
    { optimiser, learningRate, gradientScale, updates }: Update,
  ): tf.TensorInfo {
    const controls = emptyTensor(backend, [controlCount], 'float32');
    dispatch(backend, {
      name: 'optimiser-controls',
      parameters: { kind: optimiser.kind },
      code: controlsCode,
      buffers: [
        { name: 'settings', element: 'f32', tensor: this.#settings.tensor, access: 'read' },
        { name: 'rates', element: 'f32', tensor: learningRate, access: 'read' },
        { name: 'scales', element: 'f32', tensor: gradientScale, access: 'read' },
        { name: 'updates', element: 'i32', tensor: updates, access: 'update' },
        { name: 'controls', element: 'f32', tensor: controls, access: 'update' },
      ],
      workgroups: [1, 1, 1],
    });
    return controls;
  }

  dispose(): void {
    this.#settings.dispose();
  }
}

/** Parameters that one dispatch updates. Their state lies in one tensor: kind by kind, parameter after parameter. */
export class FusedGroup implements GroupState {
  readonly #backend: tf.WebGPUBackend;
  readonly #parameters: readonly tf.Variable[];
  readonly #kinds: number;
  readonly #state: tf.Variable | undefined;

  /** @param kinds states per parameter */
  constructor(backend: tf.WebGPUBackend, parameters: readonly tf.Variable[], kinds: number) {
    this.#backend = backend;
    this.#parameters = parameters;
    this.#kinds = kinds;
    const size = kinds * parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    if (size > 0) this.#state = tf.tidy(() => tf.variable(tf.zeros([size]), false));
  }

  /**
   * Changes the parameters and their state in place. Nothing may share their storage: `clone()` and the tensor that a
   * variable was made from do; copy with `tf.add(variable, 0)`.
   * @param controls of `Controls.next`
   */
  apply({ optimiser, gradients }: Update, controls: tf.TensorInfo): void {
    const lanes = lanesOf(this.#parameters);
    const element = lanes === 4 ? 'vec4f' : 'f32';
    const pairs = this.#parameters.flatMap((parameter, i): KernelBuffer[] => {
      const gradient = gradients[i];
      if (!gradient) throw new Error('FusedGroup: a gradient is missing');
      return [
        { name: `p${i}`, element, tensor: parameter, access: 'update' },
        { name: `g${i}`, element, tensor: gradient, access: 'read' },
      ];
    });
    const state: KernelBuffer[] = this.#state
      ? [{ name: 'state', element, tensor: this.#state, access: 'update' }]
      : [];
    dispatch(this.#backend, {
      name: 'optimiser-update',
      parameters: { rule: ruleOf(optimiser), lanes, count: this.#parameters.length },
      code: updateCode,
      buffers: [{ name: 'controls', element: 'f32', tensor: controls, access: 'read' }, ...state, ...pairs],
      workgroups: updateGrid(this.#threads(lanes)),
    });
  }

  async read(): Promise<Float32Array[][]> {
    const [values] = this.#state ? await readNow([this.#state]) : [];
    return this.#parameters.map(({ size }, parameter) =>
      Array.from({ length: this.#kinds }, (_, kind) => {
        const start = this.#start(parameter, kind);
        return Float32Array.from(values?.subarray(start, start + size) ?? []);
      }),
    );
  }

  write(parameter: number, kind: number, values: Float32Array<ArrayBuffer>): void {
    if (this.#state) overwrite(this.#backend, this.#state, values, this.#start(parameter, kind));
  }

  dispose(): void {
    this.#state?.dispose();
  }

  /** Enough to occupy the machine, each for several numbers. */
  #threads(lanes: number): number {
    const most = machineOf(this.#backend.device).software ? 4096 : 131_072;
    const places = this.#parameters.reduce((sum, { size }) => sum + size / lanes, 0);
    return Math.min(most, Math.ceil(places / 2));
  }

  /** Where a state begins. */
  #start(parameter: number, kind: number): number {
    const before = this.#parameters.slice(0, parameter).reduce((sum, { size }) => sum + size, 0);
    return this.#kinds * before + kind * (this.#parameters[parameter]?.size ?? 0);
  }
}

function ruleOf(optimiser: Optimiser): Rule {
  if (optimiser.kind !== 'sgd') return optimiser.kind;
  return optimiser.momentum > 0 ? 'momentum' : 'sgd';
}

/** Numbers per thread. */
function lanesOf(parameters: readonly { shape: readonly number[] }[]): 1 | 4 {
  return parameters.every(({ shape }) => sizeOf(shape) % 4 === 0) ? 4 : 1;
}

/** What one dispatch may bind. */
export interface GroupLimits {
  /** Storage buffers. */
  readonly buffers: number;
  /** Bytes in each. */
  readonly bytes: number;
}

/** More would make long kernels for little. */
const mostPerDispatch = 16;

/**
 * Parameters (their places) in groups that one dispatch each can update; those of which four numbers at a time can be
 * taken come apart from the others. A parameter whose state no buffer can hold is in no group.
 * @param sizes numbers in each parameter
 * @param kinds states per parameter
 */
export function groupParameters(sizes: readonly number[], kinds: number, limits: GroupLimits): number[][] {
  const most = Math.min(mostPerDispatch, Math.floor((limits.buffers - (kinds > 0 ? 2 : 1)) / 2));
  const numbers = limits.bytes / 4 / Math.max(1, kinds);
  const places = sizes.map((_, place) => place).filter((place) => (sizes[place] ?? 0) <= numbers);
  const [fours, others] = [true, false].map((isFour) =>
    places.filter((place) => ((sizes[place] ?? 0) % 4 === 0) === isFour),
  );
  return [fours ?? [], others ?? []].flatMap((members) => {
    const groups: number[][] = [];
    let held = 0;
    for (const place of members) {
      const size = sizes[place] ?? 0;
      const last = groups.at(-1);
      if (last && last.length < most && held + size <= numbers) last.push(place);
      else groups.push([place]);
      held = last === groups.at(-1) ? held + size : size;
    }
    return groups;
  });
}

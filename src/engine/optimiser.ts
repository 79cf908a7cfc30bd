/**
 * The optimiser of a run: what torch.optim's SGD, Adam and AdamW keep for each parameter, and the update of all of them
 * in place. Its storage stays the same for good, so that a recorded step goes on with whatever is written into it.
 */
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import type { Optimiser } from '#experiment/training.ts';
import { sizeOf } from '#lib/shape.ts';
import { PlainGroup } from './kernels/optimiser-update-host.ts';
import {
  Controls,
  FusedGroup,
  groupParameters,
  stateNames,
  type GroupLimits,
  type GroupState,
  type Update,
} from './kernels/optimiser-update.ts';
import { fromEngine, toEngine } from './layout.ts';
import type { Variables } from './parameters.ts';
import * as tf from './tf.ts';
import type { NamedTensor } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';
import { mapUnhurried } from './unhurried.ts';
import { readNow } from './webgpu/host-copy.ts';
import { overwrite } from './webgpu/overwrite.ts';

/** All that an optimiser remembers, on the host. */
export interface OptimiserState {
  /** Updates since the state was zero. */
  readonly updates: number;
  /** Named as in torch.optim after their parameter, `trunk.0.weight.exp_avg`, in its PyTorch shape and layout. */
  readonly tensors: readonly NamedTensor[];
}

/** Some of the parameters. */
interface Part<Group extends GroupState> {
  readonly group: Group;
  /** Their places among all. */
  readonly places: readonly number[];
}

export class RunOptimiser {
  /** The trainable parameters, in the order in which `update` takes their gradients. */
  readonly parameters: readonly tf.Variable[];
  readonly #specs: readonly ParameterSpec[];
  readonly #kinds: readonly string[];
  readonly #controls: Controls | undefined;
  readonly #fused: readonly Part<FusedGroup>[];
  /** What no kernel of ours updates: all where there are none. */
  readonly #plain: Part<PlainGroup> | undefined;
  readonly #updates: tf.Variable;
  #optimiser: Optimiser;

  /**
   * State of zeros for all parameters of a network that train.
   * @param limits of a kernel; left out, those of the device
   */
  constructor(
    optimiser: Optimiser,
    specs: readonly ParameterSpec[],
    weights: Variables,
    limits?: Partial<GroupLimits>,
  ) {
    const trained = specs.flatMap((spec) => {
      const variable = weights.get(spec.name);
      return variable?.trainable ? [{ spec, variable }] : [];
    });
    this.#optimiser = optimiser;
    this.#specs = trained.map(({ spec }) => spec);
    this.parameters = trained.map(({ variable }) => variable);
    this.#kinds = stateNames(optimiser);
    this.#updates = tf.tidy(() => tf.variable(tf.zeros([1], 'int32'), false));
    this.#controls = webgpuBackend() && new Controls(optimiser);
    this.#fused = this.#fuse(limits);
    const done = new Set(this.#fused.flatMap(({ places }) => places));
    const left = this.parameters.map((_, place) => place).filter((place) => !done.has(place));
    if (left.length > 0)
      this.#plain = { group: new PlainGroup(this.#at(left), this.#kinds.length), places: left };
  }

  /** Other settings from the next update on. Whether there is state, and which, must stay. */
  adjust(optimiser: Optimiser): void {
    this.#optimiser = optimiser;
    this.#controls?.adjust(optimiser);
  }

  /** Updates all parameters in place. */
  update(step: Pick<Update, 'gradients' | 'learningRate' | 'gradientScale'>): void {
    const gradients = ({ places }: Part<GroupState>) =>
      places.flatMap((place) => step.gradients[place] ?? []);
    const update = { ...step, optimiser: this.#optimiser, updates: this.#updates };
    if (this.#plain) this.#plain.group.apply({ ...update, gradients: gradients(this.#plain) });
    const backend = webgpuBackend();
    const controls = backend && this.#controls?.next(backend, update);
    if (!controls) return tf.tidy(() => this.#updates.assign(this.#updates.add(tf.scalar(1, 'int32'))));
    for (const part of this.#fused) part.group.apply({ ...update, gradients: gradients(part) }, controls);
    backend.disposeData(controls.dataId);
  }

  /** Reads the state back as it is at the call, without blocking. */
  async read(): Promise<OptimiserState> {
    const [[counted], ...states] = await Promise.all([
      readNow([this.#updates]),
      ...this.#parts.map(({ group }) => group.read()),
    ]);
    const byPlace = new Map(
      this.#parts.flatMap(({ places }, i) => places.map((place, k) => [place, states[i]?.[k]] as const)),
    );
    const tensors = await mapUnhurried(this.#specs, (spec, place) =>
      this.#kinds.map((kind, k) => {
        const values = byPlace.get(place)?.[k] ?? new Float32Array();
        return { name: `${spec.name}.${kind}`, shape: spec.shape, values: fromEngine(spec, values) };
      }),
    );
    return { updates: counted?.[0] ?? 0, tensors: tensors.flat() };
  }

  /**
   * Puts a state back in place. What no parameter here has, or has in another shape, is left out, and what is not given
   * stays as it was: so state survives a change of the network wherever its parameter does.
   */
  write({ updates, tensors }: OptimiserState): void {
    const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const { group, places } of this.#parts) {
      for (const [member, place] of places.entries()) {
        const spec = this.#specs[place];
        if (!spec) continue;
        for (const [k, kind] of this.#kinds.entries()) {
          const tensor = given.get(`${spec.name}.${kind}`);
          if (tensor && fits(tensor, spec)) group.write(member, k, toEngine(spec, tensor.values));
        }
      }
    }
    const count = Int32Array.of(updates);
    const backend = webgpuBackend();
    if (backend) overwrite(backend, this.#updates, count);
    else tf.tidy(() => this.#updates.assign(tf.tensor1d(count, 'int32')));
  }

  dispose(): void {
    this.#updates.dispose();
    this.#controls?.dispose();
    for (const { group } of this.#parts) group.dispose();
  }

  get #parts(): readonly Part<GroupState>[] {
    return this.#plain ? [...this.#fused, this.#plain] : this.#fused;
  }

  #at(places: readonly number[]): tf.Variable[] {
    return places.flatMap((place) => this.parameters[place] ?? []);
  }

  /** Groups of parameters for one dispatch each; none without WebGPU. */
  #fuse(given: Partial<GroupLimits> | undefined): Part<FusedGroup>[] {
    const backend = webgpuBackend();
    if (!backend) return [];
    const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize } = backend.device.limits;
    const limits = {
      buffers: maxStorageBuffersPerShaderStage,
      bytes: maxStorageBufferBindingSize,
      ...given,
    };
    const kinds = this.#kinds.length;
    const groups = groupParameters(
      this.parameters.map(({ size }) => size),
      kinds,
      limits,
    );
    return groups.map((places) => ({ group: new FusedGroup(backend, this.#at(places), kinds), places }));
  }
}

function fits({ shape, values }: NamedTensor, spec: ParameterSpec): boolean {
  return shape.join() === spec.shape.join() && values.length === sizeOf(spec.shape);
}

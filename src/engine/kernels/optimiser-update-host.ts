/** The optimiser's updates in tfjs ops, for backends without kernels of ours. Legend: optimiser-update.ts. */
import * as tf from '../tf.ts';
import { readNow } from '../webgpu/host-copy.ts';
import type { GroupState, Update } from './optimiser-update.ts';

/** Parameters that are updated one after the other. */
export class PlainGroup implements GroupState {
  readonly #parameters: readonly tf.Variable[];
  /** By parameter and kind. */
  readonly #states: readonly (readonly tf.Variable[])[];

  /** @param kinds states per parameter */
  constructor(parameters: readonly tf.Variable[], kinds: number) {
    this.#parameters = parameters;
    this.#states = parameters.map(({ shape }) =>
      Array.from({ length: kinds }, () => tf.tidy(() => tf.variable(tf.zeros(shape), false))),
    );
  }

  apply(update: Update): void {
    for (const [i, parameter] of this.#parameters.entries()) {
      const gradient = update.gradients[i];
      if (!gradient) throw new Error('PlainGroup: a gradient is missing');
      tf.tidy(() => assign(update, parameter, gradient, this.#states[i] ?? []));
    }
  }

  read(): Promise<Float32Array[][]> {
    const readAll = async (states: readonly tf.Variable[]) =>
      (await readNow(states)).map((values) => Float32Array.from(values));
    return Promise.all(this.#states.map(readAll));
  }

  write(parameter: number, kind: number, values: Float32Array): void {
    const state = this.#states[parameter]?.[kind];
    tf.tidy(() => state?.assign(tf.tensor(values, state.shape)));
  }

  dispose(): void {
    tf.dispose(this.#states.flat());
  }
}

function assign(
  { optimiser, learningRate, gradientScale, updates }: Update,
  parameter: tf.Variable,
  gradient: tf.Tensor,
  [first, second]: readonly tf.Variable[],
): void {
  const scaled = gradient.mul(gradientScale.asScalar());
  const rate = learningRate.asScalar();
  const coupled = optimiser.kind !== 'adamw' && optimiser.weightDecay > 0;
  const g = coupled ? scaled.add(parameter.mul(optimiser.weightDecay)) : scaled;
  if (optimiser.kind === 'sgd') {
    if (!first) return parameter.assign(parameter.sub(g.mul(rate)));
    first.assign(first.mul(optimiser.momentum).add(g));
    const move = optimiser.nesterov ? g.add(first.mul(optimiser.momentum)) : first;
    return parameter.assign(parameter.sub(move.mul(rate)));
  }
  if (!first || !second) throw new Error(`${optimiser.kind} keeps two states for each parameter`);
  const { beta1, beta2, epsilon, weightDecay } = optimiser;
  const t = updates.asScalar().toFloat().add(1);
  first.assign(first.mul(beta1).add(g.mul(1 - beta1)));
  second.assign(second.mul(beta2).add(g.square().mul(1 - beta2)));
  const denominator = second.sqrt().div(oneMinusPower(beta2, t).sqrt()).add(epsilon);
  const move = first.div(denominator).mul(rate.div(oneMinusPower(beta1, t)));
  const decayed = optimiser.kind === 'adamw' ? parameter.mul(rate.mul(-weightDecay).add(1)) : parameter;
  parameter.assign(decayed.sub(move));
}

/** 1 − βᵗ without losing digits near 1. */
function oneMinusPower(beta: number, t: tf.Tensor): tf.Tensor {
  return beta === 0 ? tf.onesLike(t) : t.mul(Math.log(beta)).expm1().neg();
}

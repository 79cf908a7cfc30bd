/** `applyUpdate` in tfjs ops, for backends without a kernel of ours. Legend and formulas as in the WGSL. */
import type { Optimiser } from '#experiment/training.ts';
import * as tf from '../tf.ts';
import type { Update } from './optimiser-update.ts';

/** Computes and assigns; call it in a `tidy`. */
export function assignUpdate(optimiser: Optimiser, update: Update): void {
  const { parameter, gradient, gradientScale, learningRate, state, step } = update;
  const scaled = gradient.mul(gradientScale.asScalar());
  const rate = learningRate.asScalar();
  const coupled = optimiser.kind !== 'adamw' && optimiser.weightDecay > 0;
  const g = coupled ? scaled.add(parameter.mul(optimiser.weightDecay)) : scaled;
  const [first, second] = state;
  if (optimiser.kind === 'sgd') {
    if (!first) return parameter.assign(parameter.sub(g.mul(rate)));
    first.assign(first.mul(optimiser.momentum).add(g));
    const move = optimiser.nesterov ? g.add(first.mul(optimiser.momentum)) : first;
    return parameter.assign(parameter.sub(move.mul(rate)));
  }
  if (!first || !second) throw new Error(`applyUpdate: ${optimiser.kind} needs two states per parameter`);
  const { beta1, beta2, epsilon, weightDecay } = optimiser;
  const t = step.asScalar().toFloat().add(1);
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

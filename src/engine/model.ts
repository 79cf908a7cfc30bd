/** The network as a function: weights and a batch of images in, one batch of outputs per task out. */
import type { LayerPlan, NetworkPlan } from '#experiment/plan.ts';
import { forwardLayer } from './layers/index.ts';
import type { ForwardMode, LayerContext } from './layers/forward.ts';
import type { Weights } from './parameters.ts';
import * as tf from './tf.ts';

/**
 * Runs trunk and heads.
 * @param images [batch, height, width, channels], normalised
 * @param mode a training pass also moves the running statistics among `weights`, which must then be variables
 * @returns [batch, outputs] per task, in the order of the plan's heads
 */
export function forward(
  plan: NetworkPlan,
  weights: Weights,
  images: tf.Tensor,
  mode: ForwardMode,
): tf.Tensor[] {
  const shared = forwardStack(plan.trunk, weights, images, mode);
  return plan.heads.map((head) => forwardStack(head.layers, weights, shared, mode));
}

/** Runs a stack of layers: the trunk, or one head on what the trunk gives. */
export function forwardStack(
  stack: readonly LayerPlan[],
  weights: Weights,
  input: tf.Tensor,
  mode: ForwardMode,
): tf.Tensor {
  return stack.reduce((x, { layer, path }) => forwardLayer(layer, x, contextOf(path, weights, mode)), input);
}

function contextOf(path: string, weights: Weights, mode: ForwardMode): LayerContext {
  const find = (name: string) => {
    const tensor = weights.get(`${path}.${name}`);
    if (!tensor) throw new Error(`forward: the network has no parameter "${path}.${name}"`);
    return tensor;
  };
  return {
    path,
    mode,
    parameter: find,
    update(name, value) {
      const statistic = find(name);
      if (!(statistic instanceof tf.Variable))
        throw new Error(`forward: "${path}.${name}" is not a variable`);
      statistic.assign(value);
    },
    child: (name) => contextOf(`${path}.${name}`, weights, mode),
  };
}

/**
 * Batch normalisation: batch statistics while training, running ones otherwise. On WebGPU it takes along what follows:
 * the sum with a shortcut and the activation.
 */
import type { ActivationName } from '#experiment/layers/activation.ts';
import type { LayerOf } from '#experiment/layers/index.ts';
import { evaluationBatchNorm, trainingBatchNorm } from '../kernels/batch-norm.ts';
import type * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { activate, fusedPartOf } from './activation.ts';
import type { ForwardFunction, LayerContext } from './forward.ts';
import { epsilon, normalise } from './normalise.ts';

/** How far a running statistic moves towards that of each batch. */
const momentum = 0.1;

export const batchNorm: ForwardFunction<LayerOf<'batch-norm'>> = (_settings, input, context) =>
  normaliseBatch(input, context, { activation: 'none' });

/** What comes after the normalisation, in this order. */
interface Following {
  /** Added, in the shape of the input. */
  readonly skip?: tf.Tensor;
  readonly activation: ActivationName | 'none';
}

/** Batch norm of the parameters in `context`, and what follows it. */
export function normaliseBatch(
  input: tf.Tensor,
  context: LayerContext,
  { skip, activation }: Following,
): tf.Tensor {
  const backend = webgpuBackend();
  if (!backend) {
    const value = plainBatchNorm(input, context);
    return activate(activation, skip ? value.add(skip) : value);
  }
  const parameters = {
    weight: context.parameter('weight'),
    bias: context.parameter('bias'),
    runningMean: context.parameter('running_mean'),
    runningVariance: context.parameter('running_var'),
  };
  const { fused, rest } = fusedPartOf(activation);
  const settings = { epsilon, momentum: momentumOf(context), activation: fused };
  const normal = context.mode.training ? trainingBatchNorm : evaluationBatchNorm;
  return activate(rest, normal(backend, input, parameters, settings, skip));
}

function plainBatchNorm(input: tf.Tensor, context: LayerContext): tf.Tensor {
  const weight = context.parameter('weight');
  const bias = context.parameter('bias');
  if (!context.mode.training) {
    const scale = weight.mul(context.parameter('running_var').add(epsilon).rsqrt());
    return input.sub(context.parameter('running_mean')).mul(scale).add(bias);
  }
  const axes = input.rank === 4 ? [0, 1, 2] : [0];
  const count = input.size / weight.size;
  const normal = normalise(input, axes, (mean, variance) => {
    follow(context, 'running_mean', mean);
    follow(context, 'running_var', variance.mul(count / Math.max(1, count - 1)));
  });
  return normal.mul(weight).add(bias);
}

function follow(context: LayerContext, name: string, latest: tf.Tensor): void {
  const running = context.parameter(name);
  const share = momentumOf(context);
  context.update(name, running.mul(1 - share).add(latest.reshape(running.shape).mul(share)));
}

/** How much of a batch's statistics goes into the running ones. */
function momentumOf({ mode }: LayerContext): number {
  return mode.training && mode.still ? 0 : momentum;
}

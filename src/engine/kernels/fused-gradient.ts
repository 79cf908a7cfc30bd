/**
 * The start of the backward pass of a fused layer: from the gradient after the activation to that before it, and the
 * gradient of the bias, in one pass over both.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { addParts } from './add-parts.ts';
import { vector } from './exchange.ts';
import { activationGradientCode, type FusedActivation } from './fused-activation.ts';
import { machineOf } from './tiles.ts';

type Parameters = {
  activation: FusedActivation;
  bias: boolean;
  channels: number;
  parts: number;
  width: number;
};

/** The gradient before the activation (`dy` itself where there is none), and that of the bias, [channels]. */
export type Unactivated = { gradient: tf.Tensor; bias: tf.Tensor | undefined };

/**
 * @param dy gradient after the activation, [..., channels]
 * @param y what the activation gave
 * @param bias whether its gradient is wanted
 */
export function unactivate(
  backend: tf.WebGPUBackend,
  dy: tf.Tensor,
  y: tf.Tensor,
  activation: FusedActivation,
  bias: boolean,
): Unactivated {
  if (activation === 'none' && !bias) return { gradient: dy, bias: undefined };
  const channels = dy.shape.at(-1) ?? 1;
  const width = channels % 4 === 0 ? 4 : 1;
  const threads = machineOf(backend.device).software ? 1024 : 16_384;
  const parts = Math.max(1, Math.min(dy.size / channels, Math.floor((threads * width) / channels)));
  const masked = activation === 'none' ? undefined : emptyTensor(backend, dy.shape, 'float32');
  const sums = bias ? emptyTensor(backend, [parts, channels], 'float32') : undefined;
  const element = vector(width);
  dispatch<Parameters>(backend, {
    name: 'unactivate',
    parameters: { activation, bias, channels, parts, width },
    code: unactivateCode,
    buffers: [
      { name: 'dy', element, tensor: dy, access: 'read' },
      ...(masked ? [{ name: 'y', element, tensor: y, access: 'read' } as const] : []),
      ...(masked ? [{ name: 'masked', element, tensor: masked, access: 'update' } as const] : []),
      ...(sums ? [{ name: 'sums', element, tensor: sums, access: 'update' } as const] : []),
    ],
    workgroups: flatGrid((parts * channels) / width),
  });
  return {
    gradient: masked ? trackedTensor(backend, masked) : dy,
    bias: sums && trackedTensor(backend, addParts(backend, sums, [channels])),
  };
}

/** A thread stays with its channels: it goes on by a whole number of pixels. */
function unactivateCode({ activation, bias, channels, parts, width }: Parameters): string {
  const threads = (parts * channels) / width;
  const value = activationGradientCode(activation, 'dy[at]', 'y[at]', vector(width));
  return flatMain(
    `${threads}u`,
    `${bias ? `  var sum = ${vector(width)}();` : ''}
  for (var at = i; at < arrayLength(&dy); at += ${threads}u) {
    let value = ${value};
    ${activation === 'none' ? '' : 'masked[at] = value;'}
    ${bias ? 'sum += value;' : ''}
  }
  ${bias ? 'sums[i] = sum;' : ''}`,
  );
}

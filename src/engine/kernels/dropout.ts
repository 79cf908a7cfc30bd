/**
 * Dropout whose mask is a pure function of seed, layer, step and element (Srivastava et al. 2014, inverted as in
 * PyTorch): a resumed run, another backend and the backward pass see the same mask without keeping it.
 */
import { hash, stream } from '#lib/random.ts';
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import { wgslHash } from '../webgpu/random-wgsl.ts';
import { float, word } from '../webgpu/wgsl.ts';

export type DropoutKey = {
  seed: number;
  /** Tells the dropout layers of a network apart. */
  layer: number;
  /** Steps done before this one: int32 [1], read on the GPU. */
  step: tf.Tensor;
  /** The same number, read only by the backends that have no kernel for this. */
  hostStep: number;
};

/**
 * Sets each element to 0 with probability `rate` and divides the others by 1 − rate, in training.
 * @param rate in [0, 1); 0 returns x itself
 */
export function dropout(x: tf.Tensor, rate: number, key: DropoutKey): tf.Tensor {
  if (rate === 0) return x;
  const operation = tf.customGrad((input) => {
    if (!(input instanceof tf.Tensor)) throw new Error('dropout: needs a tensor');
    return { value: masked(input, rate, key), gradFunc: (gradient) => masked(gradient, rate, key) };
  });
  return operation(x);
}

/** What 24 random bits must reach for an element to stay: the same comparison of integers on every backend. */
function threshold(rate: number): number {
  return Math.ceil(rate * 2 ** 24);
}

function masked(x: tf.Tensor, rate: number, { seed, layer, step, hostStep }: DropoutKey): tf.Tensor {
  const keyed = hash(seed, stream.dropout, layer);
  const backend = webgpuBackend();
  if (!backend) return x.mul(hostMask(x.shape, rate, (i) => hash(seed, stream.dropout, layer, hostStep, i)));
  const y = emptyTensor(backend, x.shape, 'float32');
  dispatch(backend, {
    name: 'dropout',
    parameters: { rate, keyed },
    code: maskCode,
    buffers: [
      { name: 'x', element: 'f32', tensor: x, access: 'read' },
      { name: 'steps', element: 'i32', tensor: step, access: 'read' },
      { name: 'y', element: 'f32', tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(x.size),
  });
  return trackedTensor(backend, y);
}

function maskCode({ rate, keyed }: { rate: number; keyed: number }): string {
  return `${wgslHash}${flatMain(
    'arrayLength(&y)',
    `  let bits = hash_next(hash_next(${word(keyed)}, u32(steps[0])), i);
  y[i] = select(0f, x[i] * ${float(1 / (1 - rate))}, (bits >> 8u) >= ${threshold(rate)}u);`,
  )}`;
}

/** The mask with the survivors' factor, for backends without a kernel of ours. */
function hostMask(shape: number[], rate: number, bits: (i: number) => number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    bits(i) >>> 8 >= threshold(rate) ? 1 / (1 - rate) : 0,
  );
  return tf.tensor(values, shape);
}

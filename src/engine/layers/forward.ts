/** What a layer's forward pass is, and what it gets besides its input. */
import * as tf from '../tf.ts';

/** Whether a pass trains, and then what its randomness depends on. */
export type ForwardMode =
  | { readonly training: false }
  | {
      readonly training: true;
      readonly seed: number;
      /** Steps done before this one: int32 [1], read on the GPU. */
      readonly step: tf.Tensor;
      /** The same number, for the backends that draw on the host. */
      readonly hostStep: number;
      /** Leaves running statistics as they are: the pass only looks. */
      readonly still?: true;
    };

/** One layer's view of the network. */
export interface LayerContext {
  /** Place in the document, `trunk.2`: tells layers apart. */
  readonly path: string;
  readonly mode: ForwardMode;
  /** A parameter or running statistic, by its name within the layer. Throws where there is none. */
  parameter(name: string): tf.Tensor;
  /** Gives a running statistic a new value; the caller keeps ownership of `value`. */
  update(name: string, value: tf.Tensor): void;
  /** The view of a layer inside this one: its parameters are `<name>.…`. */
  child(name: string): LayerContext;
}

/** A layer on a batch: maps are [batch, height, width, channels], vectors [batch, features]. */
export type ForwardFunction<Settings> = (
  settings: Settings,
  input: tf.Tensor,
  context: LayerContext,
) => tf.Tensor;

/** The input as a batch of feature maps; shape inference has seen to it that it is one. */
export function asMaps(input: tf.Tensor): tf.Tensor4D {
  if (isRank(input, 4)) return input;
  throw new Error(`expected a batch of feature maps, not a tensor of shape [${input.shape.join(', ')}]`);
}

/** A batch as vectors, maps laid out in PyTorch's order: channel, row, column. */
export function asVectors(input: tf.Tensor): tf.Tensor2D {
  const planar = input.rank === 4 ? input.transpose([0, 3, 1, 2]) : input;
  return planar.reshape<tf.Tensor2D>([input.shape[0] ?? 0, -1]);
}

function isRank(tensor: tf.Tensor, rank: 4): tensor is tf.Tensor4D {
  return tensor.rank === rank;
}

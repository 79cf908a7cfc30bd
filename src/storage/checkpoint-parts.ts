/**
 * A checkpoint in pieces, and these in parts of a few megabytes. The weights that were the best at something are pieces of
 * their own: they stay the same over many checkpoints, which share them in the storage. And to store one part is to copy
 * it, while the page stands still: a large network's numbers would take longer than a page may, in one.
 */
import type { Checkpoint, NamedTensor } from '#engine/types.ts';

/** Numbers of a part: 4 MiB. */
const partLength = 2 ** 20;

/** A checkpoint without its numbers. */
export interface CheckpointHeader {
  /** With tensors that have no values. */
  readonly checkpoint: Checkpoint;
  /** Values of each tensor, in the order of {@link mapTensors}. */
  readonly lengths: readonly number[];
}

/** Some tensors of a checkpoint; together its pieces have all of them, in the order of {@link mapTensors}. */
export interface Piece {
  /** Where it lies in the storage, of its run: the same only where the numbers are. */
  readonly token: string;
  readonly tensors: readonly NamedTensor[];
}

/** All tensors changed: weights, optimiser, method, best weights, in this order. */
function mapTensors(checkpoint: Checkpoint, change: (tensor: NamedTensor) => NamedTensor): Checkpoint {
  return {
    ...checkpoint,
    tensors: checkpoint.tensors.map(change),
    optimiser: checkpoint.optimiser.map(change),
    strategy: checkpoint.strategy.map(change),
    best: checkpoint.best.map((each) => ({ ...each, tensors: each.tensors.map(change) })),
  };
}

export function headerOf(checkpoint: Checkpoint): CheckpointHeader {
  const lengths: number[] = [];
  const empty = mapTensors(checkpoint, (tensor) => {
    lengths.push(tensor.values.length);
    return { ...tensor, values: new Float32Array() };
  });
  return { checkpoint: empty, lengths };
}

const unique = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** What is new with every checkpoint, under a token that none had before; then each of its best weights. */
export function piecesOf({ tensors, optimiser, strategy, best }: Checkpoint): Piece[] {
  return [
    { token: unique(), tensors: [...tensors, ...optimiser, ...strategy] },
    ...best.map(({ step, digest, tensors: weights }) => ({
      token: digest === undefined ? unique() : `best-${step}-${digest}`,
      tensors: weights,
    })),
  ];
}

export function bytesOf({ tensors }: Piece): number {
  return tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
}

/** The numbers of a piece, one tensor after the other, cut into parts of their own. */
export function* partsOf(piece: Piece): Generator<Float32Array<ArrayBuffer>> {
  let left = bytesOf(piece) / 4;
  let part = new Float32Array(Math.min(partLength, left));
  let filledTo = 0;
  for (const { values } of piece.tensors) {
    for (let done = 0; done < values.length;) {
      const count = Math.min(values.length - done, part.length - filledTo);
      part.set(values.subarray(done, done + count), filledTo);
      done += count;
      filledTo += count;
      if (filledTo < part.length) continue;
      left -= part.length;
      yield part;
      part = new Float32Array(Math.min(partLength, left));
      filledTo = 0;
    }
  }
}

/**
 * The checkpoint again. Throws where parts are missing.
 * @param parts of its pieces, in their order
 */
export function assembled(
  { checkpoint, lengths }: CheckpointHeader,
  parts: readonly Float32Array[],
): Checkpoint {
  let tensor = 0;
  let part = 0;
  let at = 0;
  const read = (length: number) => {
    const values = new Float32Array(length);
    for (let done = 0; done < length;) {
      const from = parts[part];
      if (!from) throw new Error('This checkpoint is not complete.');
      const count = Math.min(length - done, from.length - at);
      values.set(from.subarray(at, at + count), done);
      done += count;
      at += count;
      if (at < from.length) continue;
      part++;
      at = 0;
    }
    return values;
  };
  return mapTensors(checkpoint, (each) => ({ ...each, values: read(lengths[tensor++] ?? 0) }));
}

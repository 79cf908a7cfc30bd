/**
 * A checkpoint in parts of a few megabytes. To store one is to copy it, while the page stands still: a large network's would
 * take longer than a page may, in one piece.
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

/** The numbers of all tensors, one after the other, cut into parts of their own. */
export function* partsOf(checkpoint: Checkpoint): Generator<Float32Array<ArrayBuffer>> {
  const all: Float32Array[] = [];
  mapTensors(checkpoint, (tensor) => {
    all.push(tensor.values);
    return tensor;
  });
  let left = all.reduce((sum, { length }) => sum + length, 0);
  let part = new Float32Array(Math.min(partLength, left));
  let filledTo = 0;
  for (const values of all) {
    for (let done = 0; done < values.length;) {
      const count = Math.min(values.length - done, part.length - filledTo);
      part.set(values.subarray(done, done + count), filledTo);
      done += count;
      filledTo += count;
      if (filledTo < part.length) continue;
      yield part;
      left -= part.length;
      part = new Float32Array(Math.min(partLength, left));
      filledTo = 0;
    }
  }
}

/** The checkpoint again. Throws where parts are missing. */
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

/** A reader whose answers tests time and spoil. Not for the app. */
import type { WholeDataset } from '#data/dataset.ts';
import { memoryReader, type ImageReader } from '#data/image-reader.ts';

export interface TestReader extends ImageReader {
  /** Images that were read so far. */
  imagesRead: number;
  /** Milliseconds before each answer, by how many came before. */
  delay: (read: number) => number;
  /** Why reading fails now, if it does. */
  failure: string | undefined;
}

export function testReader({ images, info }: WholeDataset): TestReader {
  const inner = memoryReader(images, info.image);
  let reads = 0;
  const answer = async (count: number, work: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const wait = reader.delay(reads++);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (reader.failure !== undefined) throw new Error(reader.failure);
    reader.imagesRead += count;
    return work();
  };
  const reader: TestReader = {
    count: inner.count,
    shape: inner.shape,
    imagesRead: 0,
    delay: () => 0,
    failure: undefined,
    read: (ids) => answer(ids.length, () => inner.read(ids)),
    range: (start, end) => answer(end - start, () => inner.range(start, end)),
  };
  return reader;
}

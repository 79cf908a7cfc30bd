/** The images of a data set that are too many for the device: they pass through windows on it. See docs/engine.md. */
import type { ImageReader } from '#data/image-reader.ts';
import { sizeOf } from '#lib/shape.ts';
import { Blocks, imagesPerBlock } from './blocks.ts';
import { Passage } from './passage.ts';
import { Supply } from './supply.ts';
import { BlockWindow } from './window.ts';

export class StreamedImages {
  readonly reader: ImageReader;
  readonly #list: Uint32Array;
  readonly #blocks: Blocks;
  readonly #window: BlockWindow;

  /**
   * @param list training samples as they are drawn in an epoch
   * @param bytes that the window takes
   */
  constructor(reader: ImageReader, list: Uint32Array, bytes: number) {
    const { height, width, channels } = reader.shape;
    const size = sizeOf([height, width, channels]);
    const windowImages = Math.floor(bytes / size);
    this.reader = reader;
    this.#list = list;
    this.#blocks = new Blocks(list, imagesPerBlock(size, windowImages));
    const window = Math.max(2, Math.floor(windowImages / this.#blocks.size));
    this.#window = new BlockWindow(reader, this.#blocks, window);
  }

  /** For the training steps of one run, or a few beside it: they share the window, and take turns. */
  supply(seed: number, batchSize: number): Supply {
    return new Supply({ window: this.#window, blocks: this.#blocks, list: this.#list, seed, batchSize });
  }

  /** For an evaluation of some samples, in their order. */
  passage(ids: Uint32Array, batchSize: number): Passage {
    return new Passage(this.reader, ids, batchSize);
  }

  dispose(): void {
    this.#window.dispose();
  }
}

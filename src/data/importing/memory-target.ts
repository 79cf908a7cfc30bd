/** An import that stays in memory, for the command line, which keeps no sets. */
import { splitNames, type ImageShape } from '#experiment/dataset-info.ts';
import type { DecodedBatch } from '../decoding/decoder.ts';
import type { SetLabels, SetManifest } from '../sets/manifest.ts';
import type { ImportDraft, ImportTarget, ImportWriter } from './target.ts';

/** What an import into memory has come to. */
export interface MemorySet {
  readonly manifest: SetManifest;
  /** [samples, height, width, channels]. */
  readonly images: Uint8Array;
  readonly labels: SetLabels;
  readonly names: readonly string[];
}

const bytesOf = ({ height, width, channels }: ImageShape) => height * width * channels;

class MemoryWriter implements ImportWriter {
  readonly id: string;
  readonly skipped: { place: number; reason: string }[] = [];
  readonly digests: string[] = [];
  processed = 0;
  readonly #draft: ImportDraft;
  readonly #onDone: (set: MemorySet) => void;
  #images: Uint8Array;
  #length = 0;

  constructor(draft: ImportDraft, onDone: (set: MemorySet) => void) {
    // The signature's first digits: the same files and decisions have the same name.
    this.id = `own-${draft.signature
      .replaceAll(/[^0-9a-f]/g, '')
      .padEnd(12, '0')
      .slice(0, 12)}`;
    this.#draft = draft;
    this.#onDone = onDone;
    this.#images = new Uint8Array(draft.total * bytesOf(draft.image));
  }

  append({ end, pixels, digests, failed }: DecodedBatch): Promise<void> {
    this.#images.set(pixels, this.#length);
    this.#length += pixels.length;
    this.digests.push(...digests);
    this.skipped.push(...failed);
    this.processed = end;
    return Promise.resolve();
  }

  finish({ names, labels }: { names: readonly string[]; labels: SetLabels }): Promise<SetManifest> {
    const { name, source, image, origins } = this.#draft;
    const [train = 0, validation = 0, test = 0] = splitNames.map(
      (_, part) => labels.parts.filter((each) => each === part).length,
    );
    const columns = labels.columns.map(({ info }) => info);
    const counts = { train, validation, test };
    const manifest: SetManifest = {
      version: 1,
      id: this.id,
      name,
      createdAt: 0,
      source,
      image,
      samples: names.length,
      shards: [],
      origins,
      revisions: [{ number: 1, at: 0, change: 'Imported', columns, counts }],
      bytes: this.#length,
    };
    this.#onDone({ manifest, images: this.#images.subarray(0, this.#length), labels, names });
    return Promise.resolve(manifest);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    this.#images = new Uint8Array();
    return Promise.resolve();
  }
}

/** @param onDone called with the whole set when it is finished */
export function memoryTarget(onDone: (set: MemorySet) => void): ImportTarget {
  return { begin: (draft) => Promise.resolve(new MemoryWriter(draft, onDone)) };
}

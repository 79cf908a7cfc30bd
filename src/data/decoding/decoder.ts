/** What turns pictures of an import into bytes of one size: a pool of workers in the browser, sharp in Node. */
import type { ImageShape } from '#experiment/dataset-info.ts';
import type { Fit } from '../decode-image.ts';
import type { ImageSource } from '../importers/importer.ts';

/** How pictures become images of the data set. */
export interface ImagePlan {
  /** 16 to 512 pixels a side. */
  readonly shape: ImageShape;
  readonly fit: Fit;
  /** What shows behind clear parts and in the bars of `contain`: `#rrggbb`. */
  readonly background: string;
}

/** What is known of a picture before it is decoded. */
export interface PictureFacts {
  /** As it is shown, upright. */
  readonly width: number;
  readonly height: number;
  /** Whether any of its pixels is coloured; null where only decoding would tell. */
  readonly isGrey: boolean | null;
  readonly hasAlpha: boolean;
}

/** Some pictures in their order; the readable ones side by side. */
export interface DecodedBatch {
  /** Places of the first picture and of the one after the last. */
  readonly start: number;
  readonly end: number;
  /** [end − start − failed, height, width, channels], 0…255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** SHA-256 or another 64-bit digest of each picture's bytes as they came, by which duplicates are found; in the order of `pixels`. */
  readonly digests: readonly string[];
  /** Which could not be decoded, and why, in plain words without the name: `is no picture: it holds HTML`. */
  readonly failed: readonly { readonly place: number; readonly reason: string }[];
}

export interface DecodeOptions {
  readonly plan: ImagePlan;
  /** Place to begin at, as when an import goes on. */
  readonly from: number;
  readonly signal: AbortSignal;
  /** Called with batch after batch, in order; the next are decoded meanwhile, but only a few ahead. */
  readonly onBatch: (batch: DecodedBatch) => Promise<void>;
}

export interface Decoder {
  /** Reads the first bytes of a picture. Rejects with an Error in plain words where it is none, or is one that is too large. */
  probe(source: ImageSource): Promise<PictureFacts>;
  /** Decodes all pictures from `from` on. A picture that hangs or breaks its decoder fails alone. Rejects with the signal's reason. */
  decode(sources: readonly ImageSource[], options: DecodeOptions): Promise<void>;
  /** Ends what it runs. */
  close(): void;
}

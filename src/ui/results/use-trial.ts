/** The image that is tried: where it comes from, how it is fitted, and what the network says of it. */
import { useEffect, useState } from 'react';
import { decodeImage, type DecodeOptions } from '#data/decode-image.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { fetchSamples } from '#stores/dataset.ts';
import { predict } from '#stores/run.ts';
import { choiceOf, type WeightsKey } from './weights-choice.ts';

export type Source = { readonly file: Blob } | { readonly sample: number };

interface Trial {
  readonly pixels: Uint8Array | null;
  /** Outputs by task id; null while they are on their way. */
  readonly outputs: Readonly<Record<string, Float32Array>> | null;
  readonly error: string | null;
  /** The version of the network that the outputs are of. */
  readonly version: string;
}

const nothing: Trial = { pixels: null, outputs: null, error: null, version: '' };

interface TrialOptions extends DecodeOptions {
  readonly shape: ImageShape;
  readonly weights: WeightsKey;
  /** Tells one state of the network from another. */
  readonly version: string;
}

/** What the network sees and says; anew whenever the image, its fit or the weights are others. */
export function useTrial(source: Source | null, options: TrialOptions): Trial {
  const [trial, setTrial] = useState<Trial>(nothing);
  const { fit, invert, shape, weights, version } = options;
  const { height, width, channels } = shape;
  useEffect(() => {
    if (!source) return undefined;
    let isCurrent = true;
    const put = (change: Partial<Trial>) => {
      if (isCurrent) setTrial((before) => ({ ...before, ...change }));
    };
    const run = async () => {
      const pixels = await pixelsOf(source, { height, width, channels }, { fit, invert });
      put({ pixels, error: null });
      // The worker takes its copy away with it.
      put({ outputs: await predict(pixels.slice(), 1, choiceOf(weights)), version });
    };
    run().catch((error: unknown) => {
      put({ outputs: null, error: error instanceof Error ? error.message : String(error) });
    });
    return () => {
      isCurrent = false;
    };
  }, [source, fit, invert, height, width, channels, weights, version]);
  return source ? trial : nothing;
}

/** The image as the network takes it, [height, width, channels]. */
export async function pixelsOf(
  source: Source,
  shape: ImageShape,
  options: DecodeOptions,
): Promise<Uint8Array> {
  if ('file' in source) return decodeImage(source.file, shape, options);
  return (await fetchSamples(Uint32Array.of(source.sample))).pixels;
}

/** The image that the ensemble is asked about, as it is seen, with all answers. */
import { useEffect, useState } from 'react';
import type { DecodeOptions } from '#data/decode-image.ts';
import { askEnsemble, type Ensemble, type EnsembleAnswers } from '#stores/ensembles.ts';
import { pixelsOf, type Source } from '../results/use-trial.ts';

interface Trial {
  readonly pixels: Uint8Array | null;
  /** Null while the first are on their way. */
  readonly answers: EnsembleAnswers | null;
  readonly error: string | null;
  readonly isBusy: boolean;
}

const nothing: Trial = { pixels: null, answers: null, error: null, isBusy: true };

/** Anew whenever the ensemble, the image or its fit are others. */
export function useEnsembleTrial(ensemble: Ensemble, source: Source, { fit, invert }: DecodeOptions): Trial {
  const [trial, setTrial] = useState<Trial & { readonly of: Ensemble }>({ ...nothing, of: ensemble });
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const put = (change: Partial<Trial>) => {
      if (signal.aborted) return;
      setTrial((before) => ({ ...(before.of === ensemble ? before : nothing), ...change, of: ensemble }));
    };
    const run = async () => {
      put({ isBusy: true });
      const pixels = await pixelsOf(source, ensemble.summary.info.image, { fit, invert });
      put({ pixels, error: null });
      put({ answers: await askEnsemble(ensemble, pixels, 1, signal), isBusy: false });
    };
    run().catch((error: unknown) => {
      put({ answers: null, error: error instanceof Error ? error.message : String(error), isBusy: false });
    });
    return () => ending.abort(new Error('Another image is asked about.'));
  }, [ensemble, source, fit, invert]);
  return trial.of === ensemble ? trial : nothing;
}

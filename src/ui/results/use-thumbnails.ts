/** Pixels of the samples on a page of the gallery. */
import { useEffect, useState } from 'react';
import { fetchSamples } from '#stores/dataset.ts';
import { cut } from '../data/use-samples.ts';
import type { DatasetSummary } from './task-results.ts';

/** One image per id, or none while they are on their way: never those of other ids. */
export function useThumbnails(summary: DatasetSummary, ids: Uint32Array): readonly Uint8Array[] {
  const [fetched, setFetched] = useState<{
    readonly ids: Uint32Array;
    readonly images: readonly Uint8Array[];
  }>();
  useEffect(() => {
    let isCurrent = true;
    if (ids.length > 0)
      fetchSamples(ids).then(
        ({ pixels }) => isCurrent && setFetched({ ids, images: cut(pixels, summary.info.image) }),
        // A data set that is replaced meanwhile refuses; the empty squares stay until this view goes too.
        () => undefined,
      );
    return () => {
      isCurrent = false;
    };
  }, [summary, ids]);
  return fetched?.ids === ids ? fetched.images : [];
}

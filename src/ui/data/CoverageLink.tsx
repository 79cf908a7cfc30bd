/** Opens the map of which images carry which labels, which is loaded then. */
import { lazy, Suspense, useState } from 'react';
import type { DatasetSummary } from '#stores/dataset.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';

const CoverageMap = lazy(() =>
  import('./CoverageMap.tsx').then((module) => ({ default: module.CoverageMap })),
);

export function CoverageLink({ summary }: { readonly summary: DatasetSummary }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles['more']}>
      <TextButton onClick={() => setOpen(true)}>Label coverage</TextButton>
      {open ? (
        <Suspense fallback={null}>
          <CoverageMap summary={summary} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

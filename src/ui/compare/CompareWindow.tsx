/** The place of the window that compares runs: loaded when it is first opened. */
import { lazy, Suspense } from 'react';
import { useView } from '#stores/view.ts';

const CompareModal = lazy(() =>
  import('./CompareModal.tsx').then((module) => ({ default: module.CompareModal })),
);

export function CompareWindow() {
  const opened = useView(({ dialog }) => dialog === 'compare');
  if (!opened) return null;
  return (
    <Suspense fallback={null}>
      <CompareModal />
    </Suspense>
  );
}

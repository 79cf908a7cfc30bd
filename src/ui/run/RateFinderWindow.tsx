/** The window that looks for a learning rate, loaded when it is first opened. */
import { lazy, Suspense } from 'react';
import { useView } from '#stores/view.ts';

const RateFinder = lazy(() => import('./RateFinder.tsx').then((module) => ({ default: module.RateFinder })));

export function RateFinderWindow() {
  const opened = useView(({ dialog }) => dialog === 'rate-finder');
  return opened ? (
    <Suspense fallback={null}>
      <RateFinder />
    </Suspense>
  ) : null;
}

/** The place of the import window: loaded when it is first opened. What comes of imports is told wherever one is. */
import { lazy, Suspense, useEffect } from 'react';
import { openImports } from '#stores/imports.ts';
import { useView } from '#stores/view.ts';
import { followImports } from './finish.tsx';

const ImportModal = lazy(() =>
  import('./ImportModal.tsx').then((module) => ({ default: module.ImportModal })),
);

export function ImportWindow() {
  const opened = useView(({ dialog }) => dialog === 'import');
  useEffect(() => {
    void openImports();
    return followImports();
  }, []);
  if (!opened) return null;
  return (
    <Suspense fallback={null}>
      <ImportModal />
    </Suspense>
  );
}

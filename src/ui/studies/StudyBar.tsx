/** The bar on the page while a study has it, and once one has ended. Loaded where there is one. */
import { lazy, Suspense } from 'react';
import { useStudies } from '#stores/studies.ts';

const StudyStrip = lazy(() => import('./StudyStrip.tsx').then((module) => ({ default: module.StudyStrip })));

export function StudyBar() {
  const id = useStudies(({ active, left }) => active ?? left);
  const isKept = useStudies(({ studies }) => studies.some((each) => each.id === id));
  if (id === null || !isKept) return null;
  return (
    <Suspense fallback={null}>
      <StudyStrip id={id} key={id} />
    </Suspense>
  );
}

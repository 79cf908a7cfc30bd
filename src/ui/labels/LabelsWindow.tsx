/** The place of the label editor: loaded when it is first opened. */
import { lazy, Suspense } from 'react';
import { useView } from '#stores/view.ts';

const LabelsModal = lazy(() =>
  import('./LabelsModal.tsx').then((module) => ({ default: module.LabelsModal })),
);

export function LabelsWindow() {
  const opened = useView(({ dialog }) => dialog === 'labels');
  const labelling = useView((view) => view.labelling);
  if (!opened || !labelling) return null;
  return (
    <Suspense fallback={null}>
      <LabelsModal key={labelling.set} {...labelling} />
    </Suspense>
  );
}

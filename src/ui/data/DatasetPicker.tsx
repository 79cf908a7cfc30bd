/** The window in which data is chosen; what is in it is loaded when it is first opened. */
import { Modal } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { setView, useView } from '#stores/view.ts';

const Picker = lazy(() => import('./Picker.tsx').then((module) => ({ default: module.Picker })));

export function DatasetPicker() {
  const opened = useView(({ dialog }) => dialog === 'data');
  return (
    <Modal
      opened={opened}
      onClose={() => setView({ dialog: null })}
      title="Data"
      size={820}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Suspense fallback={null}>
        <Picker />
      </Suspense>
    </Modal>
  );
}

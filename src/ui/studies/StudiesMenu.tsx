/** Beside Train: what else can be trained than one run. The window behind it is loaded when it is looked at. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { setView, useView } from '#stores/view.ts';
import { studyKinds } from './kinds.ts';

const StudiesModal = lazy(() =>
  import('./StudiesModal.tsx').then((module) => ({ default: module.StudiesModal })),
);

export function StudiesMenu() {
  const opened = useView(({ dialog }) => dialog === 'studies');
  return (
    <>
      <Menu position="bottom-start" width={230}>
        <Menu.Target>
          <Tooltip label="Train several runs: studies">
            <ActionIcon variant="default" size={32} aria-label="Studies">
              <IconStack2 size={16} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Train several runs</Menu.Label>
          {studyKinds.map(({ id, label }) => (
            <Menu.Item key={id} onClick={() => setView({ dialog: 'studies', studyKind: id })}>
              {label}…
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setView({ dialog: 'studies' })}>Earlier studies…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {opened ? (
        <Suspense fallback={null}>
          <StudiesModal />
        </Suspense>
      ) : null}
    </>
  );
}

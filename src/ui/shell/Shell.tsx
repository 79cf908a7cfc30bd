/** The workspace: data and tasks, network and results, inspector and settings. One arrangement per width. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { setView, useView } from '#stores/view.ts';
import { NetworkPanel } from '../network/NetworkPanel.tsx';
import { ResultsPanel } from '../results/ResultsPanel.tsx';
import { StudyBar } from '../studies/StudyBar.tsx';
import { Header } from './Header.tsx';
import { LeftPanels, RightPanels } from './panels.tsx';
import { PhoneShell } from './PhoneShell.tsx';
import { Problems } from './Problems.tsx';
import styles from './shell.module.css';
import { useLayout } from './use-layout.ts';

export function Shell() {
  const layout = useLayout();
  return (
    <div className={styles['page']} data-layout={layout}>
      <Header layout={layout} />
      {layout === 'phone' ? (
        <PhoneShell />
      ) : (
        <>
          <nav className={styles['left']} aria-label="Data and tasks">
            <LeftPanels />
          </nav>
          <main className={styles['main']}>
            <StudyBar />
            <Problems />
            <div className={styles['network']}>
              <NetworkPanel />
            </div>
            <div className={styles['results']}>
              <ResultsPanel />
            </div>
          </main>
          <Inspector drawer={layout === 'drawer'} />
        </>
      )}
    </div>
  );
}

function Inspector({ drawer }: { readonly drawer: boolean }) {
  const open = useView((view) => view.inspectorOpen) || !drawer;
  return (
    <aside
      id="inspector"
      className={styles['right']}
      aria-label="Settings and figures"
      data-drawer={drawer || undefined}
      hidden={!open}
    >
      {drawer ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label="Close settings"
          className={styles['close'] ?? ''}
          onClick={() => setView({ inspectorOpen: false })}
        >
          <IconX size={15} />
        </ActionIcon>
      ) : null}
      <RightPanels />
    </aside>
  );
}

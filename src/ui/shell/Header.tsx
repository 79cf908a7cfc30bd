/** The bar on top: what is trained, how it goes, what it runs on, and what one can take away. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconKeyboard } from '@tabler/icons-react';
import { setView, useView } from '#stores/view.ts';
import { RunsButton } from '../runs/RunsButton.tsx';
import { AdapterChip } from './AdapterChip.tsx';
import { ExperimentName } from './ExperimentName.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import styles from './header.module.css';
import { HistoryButtons } from './HistoryButtons.tsx';
import { Logo } from './Logo.tsx';
import { RunControls } from './RunControls.tsx';
import { RunProgress } from './RunProgress.tsx';
import { ShareButton } from './ShareButton.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import type { Layout } from './use-layout.ts';

export function Header({ layout }: { readonly layout: Layout }) {
  return (
    <header className={styles['header']} data-layout={layout}>
      <div className={styles['brand']}>
        <Logo />
        <h1>Trunkline</h1>
      </div>
      <ExperimentName />
      {layout === 'phone' ? null : (
        <>
          <RunControls />
          <RunProgress />
        </>
      )}
      <div className={styles['tools']}>
        <AdapterChip />
        <RunsButton />
        <HistoryButtons />
        <ShareButton />
        <ExportMenu />
        {layout === 'phone' ? null : <KeysButton />}
        <ThemeSwitch />
        {layout === 'drawer' ? <InspectorButton /> : null}
      </div>
      <div id="floating" className={styles['floating']} />
    </header>
  );
}

function KeysButton() {
  return (
    <Tooltip label="Keys ( ? )">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label="Keys"
        className={styles['keysButton'] ?? ''}
        onClick={() => setView({ dialog: 'shortcuts' })}
      >
        <IconKeyboard size={17} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

function InspectorButton() {
  const open = useView((view) => view.inspectorOpen);
  return (
    <Tooltip label="Layer, training settings and figures">
      <ActionIcon
        variant={open ? 'light' : 'default'}
        size={32}
        aria-label="Settings"
        aria-expanded={open}
        aria-controls="inspector"
        onClick={() => setView({ inspectorOpen: !open })}
      >
        <IconAdjustmentsHorizontal size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

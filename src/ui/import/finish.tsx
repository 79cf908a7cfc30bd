/** What follows an import: a notice that takes it back and shows what was left out, or says what went wrong. */
import { notifications } from '@mantine/notifications';
import type { SetManifest } from '#data/sets/manifest.ts';
import { formatCount } from '#lib/format.ts';
import { experimentStore, undo } from '#stores/experiment.ts';
import { importStore } from '#stores/imports.ts';
import { setView, viewStore } from '#stores/view.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { tellError } from '../shell/notices.ts';
import styles from './import.module.css';

const id = 'import-done';
const isOpen = () => viewStore.getState().dialog === 'import';

interface DoneProps {
  /** The experiment with the new data; null where it could not be changed. */
  readonly taken: object | null;
  /** Files, rows and pictures. */
  readonly leftOut: number;
}

function Done({ taken, leftOut }: DoneProps) {
  const takeBack = () => {
    // Only this very edit: what was changed since is nobody's to lose.
    if (experimentStore.getState().experiment === taken) undo();
    notifications.hide(id);
  };
  const look = () => {
    setView({ dialog: 'import' });
    notifications.hide(id);
  };
  return (
    <span className={styles['done']}>
      {taken ? 'The experiment is about them now.' : 'They are among the data sets now.'}
      <span>
        {taken ? <TextButton onClick={takeBack}>Undo</TextButton> : null}
        {leftOut > 0 ? <TextButton onClick={look}>{formatCount(leftOut)} left out</TextButton> : null}
      </span>
    </span>
  );
}

function announce(manifest: SetManifest): void {
  const { view } = importStore.getState();
  const { experiment } = experimentStore.getState();
  const leftOut = view ? view.leftOut.count + view.samples - manifest.samples : 0;
  if (isOpen()) setView({ dialog: null });
  notifications.show({
    id,
    title: `${formatCount(manifest.samples)} images of “${manifest.name}” are here`,
    message: <Done taken={experiment.data.source === manifest.id ? experiment : null} leftOut={leftOut} />,
    autoClose: 20_000,
  });
}

/** Follows imports, wherever they were started, until what it gives is called. What went wrong is said here if not in the window. */
export function followImports(): () => void {
  return importStore.subscribe(({ imported, error }, before) => {
    if (imported && imported !== before.imported) announce(imported);
    if (error !== null && error !== before.error && !isOpen()) tellError('The import failed', error);
  });
}

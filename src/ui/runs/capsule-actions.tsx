/** Capsules out and in, with a notice that tells how far it is and stops it. */
import { notifications } from '@mantine/notifications';
import { formatPercent } from '#lib/format.ts';
import { Cancelled, exportCapsule, useCapsules } from '#stores/capsules.ts';
import { saveFile } from '../charts/save-file.ts';
import { attempting, tell } from '../shell/notices.ts';
import styles from './capsules.module.css';

/** Milliseconds before a notice is shown: most are done by then. */
const patience = 300;
const id = 'capsule-work';

/** How far the work on a capsule is, and a way to stop it. */
export function CapsuleProgress() {
  const work = useCapsules((state) => state.work);
  if (!work) return null;
  const { share, cancel } = work;
  return (
    <span className={styles['work']}>
      <progress aria-label="Progress" {...(share === null ? {} : { value: share })} />
      <span className="mono">{share === null ? '' : formatPercent(share)}</span>
      <button type="button" onClick={cancel}>
        Stop
      </button>
    </span>
  );
}

/** Does something with a capsule, told in the corner of the page where it takes long. */
export async function withNotice<Result>(title: string, action: () => Promise<Result>): Promise<Result> {
  const timer = setTimeout(
    () =>
      notifications.show({
        id,
        title,
        message: <CapsuleProgress />,
        autoClose: false,
        withCloseButton: false,
      }),
    patience,
  );
  try {
    return await action();
  } finally {
    clearTimeout(timer);
    notifications.hide(id);
  }
}

/** Says what went wrong; that somebody stopped it is no news to them. */
export function attemptingUnlessStopped(what: string, action: () => Promise<unknown>): Promise<void> {
  return attempting(what, async () => {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      tell('Stopped');
    }
  });
}

/** Saves a kept run as a capsule. */
export function saveCapsule(run: string): Promise<void> {
  return attemptingUnlessStopped('This run cannot be exported', async () => {
    const { blob, name } = await withNotice('Packing the run', () => exportCapsule(run));
    saveFile(blob, name);
  });
}

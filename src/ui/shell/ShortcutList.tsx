/** The list of keys. */
import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { setView, useView } from '#stores/view.ts';
import styles from './shell.module.css';
import { keyCaps, shortcuts } from './shortcuts.ts';

/** Keys as caps. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <span className={styles['keys']}>
      {keyCaps(keys).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}

export function ShortcutList() {
  const opened = useView(({ dialog }) => dialog === 'shortcuts');
  return (
    <Modal
      opened={opened}
      onClose={() => setView({ dialog: null })}
      title="Keys"
      size={400}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <dl className={styles['shortcuts']}>
        {shortcuts.map(({ id, label, keys }) => (
          <Fragment key={id}>
            <dt>{label}</dt>
            <dd>
              {keys.map((each) => (
                <KeyCaps key={each} keys={each} />
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
      <p className="soft">Keys rest while you type in a field.</p>
    </Modal>
  );
}

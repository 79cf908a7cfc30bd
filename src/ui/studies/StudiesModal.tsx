/** The window that plans studies, and lists the earlier ones. */
import { Modal } from '@mantine/core';
import { Suspense } from 'react';
import { setView, useView } from '#stores/view.ts';
import { useLayout } from '../shell/use-layout.ts';
import { EarlierStudies } from './EarlierStudies.tsx';
import { studyKinds } from './kinds.ts';
import styles from './studies.module.css';

const close = () => setView({ dialog: null });

export function StudiesModal() {
  const phone = useLayout() === 'phone';
  return (
    <Modal
      opened
      onClose={close}
      title="Studies"
      size={920}
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={styles['window']}>
        <Plans />
        <EarlierStudies />
      </div>
    </Modal>
  );
}

function Plans() {
  const wanted = useView((view) => view.studyKind);
  const kind = studyKinds.find(({ id }) => id === wanted) ?? studyKinds[0];
  if (!kind) return null;
  const { Form } = kind;
  return (
    <div className={styles['plans']}>
      <nav className={styles['kinds']} aria-label="Kinds of studies">
        {studyKinds.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-current={id === kind.id ? 'true' : undefined}
            onClick={() => setView({ studyKind: id })}
          >
            {label}
          </button>
        ))}
      </nav>
      <section className={styles['plan']} aria-label={kind.label}>
        <h3>{kind.label}</h3>
        <p className="soft">{kind.help}</p>
        <Suspense fallback={<p className="soft">Loading …</p>}>
          <Form onStarted={close} />
        </Suspense>
      </section>
    </div>
  );
}

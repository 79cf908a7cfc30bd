/** A message in the page: what is the matter, what to do. Read out at once where something is wrong. */
import { CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './problems.module.css';

interface NoteProps {
  readonly tone: 'danger' | 'warning' | 'info';
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose?: () => void;
}

const icons = { danger: IconAlertTriangle, warning: IconBan, info: IconInfoCircle };

export function Note({ tone, title, children, actions, onClose }: NoteProps) {
  const Icon = icons[tone];
  return (
    <div className={styles['note']} role={tone === 'info' ? 'status' : 'alert'} data-tone={tone}>
      <Icon size={17} stroke={1.7} aria-hidden />
      <div className={styles['words']}>
        <b>{title}</b>
        {children}
      </div>
      {actions ? <div className={styles['actions']}>{actions}</div> : null}
      {onClose ? <CloseButton size="sm" aria-label="Dismiss" onClick={onClose} /> : null}
    </div>
  );
}

/** One setting: its label on the left, its control on the right, what it means in a tooltip. */
import { Tooltip } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import styles from './shared.module.css';

/** What a control must carry so that its row names it. */
export interface RowIds {
  readonly id: string;
  readonly 'aria-describedby'?: string;
}

interface FieldRowProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly children: (ids: RowIds) => ReactNode;
}

export function FieldRow({ label, help, children }: FieldRowProps) {
  const id = useId();
  const helpId = `${id}-help`;
  return (
    <div className={styles['row']}>
      <Tooltip label={help} disabled={!help} multiline w={240} position="top-start">
        <label htmlFor={id} className={help ? styles['explained'] : undefined}>
          {label}
        </label>
      </Tooltip>
      {help ? (
        <span id={helpId} className={styles['hidden']}>
          {help}
        </span>
      ) : null}
      {children(help ? { id, 'aria-describedby': helpId } : { id })}
    </div>
  );
}

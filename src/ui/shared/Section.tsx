/** A titled part of a side panel, with room for one action at the right of its title. */
import { type ReactNode, useId } from 'react';
import styles from './shared.module.css';

interface SectionProps {
  readonly title: string;
  /** A quiet button or link beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, action, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <div className={styles['sectionHead']}>
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

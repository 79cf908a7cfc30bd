/** What a view shows, in one line; what would be a problem and what to try, for those who ask. */
import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './explanation.module.css';

interface ExplanationProps {
  /** Name of the view, so that its question differs from those beside it for a screen reader. */
  readonly of: string;
  /** What am I looking at? One or two sentences that are always there. */
  readonly shows: ReactNode;
  /** What would be a problem? */
  readonly problem: ReactNode;
  /** What could I try? */
  readonly remedy: ReactNode;
}

export function Explanation({ of, shows, problem, remedy }: ExplanationProps) {
  return (
    <div className={styles['explanation']}>
      <p>{shows}</p>
      <details>
        <summary>
          What would be a problem?<VisuallyHidden> ({of})</VisuallyHidden>
        </summary>
        <p>{problem}</p>
        <p>
          <b>What to try.</b> {remedy}
        </p>
      </details>
    </div>
  );
}

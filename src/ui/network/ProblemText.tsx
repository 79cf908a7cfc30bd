/** What is wrong, and how to mend it, in place. */
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { Problem } from '#experiment/problem.ts';
import { reasonOf } from './graph.ts';
import styles from './network.module.css';

interface ProblemTextProps {
  readonly problem: Problem;
  /** The edit was not taken: the document is as before. */
  readonly refused?: boolean;
}

export function ProblemText({ problem, refused = false }: ProblemTextProps) {
  return (
    <div className={styles['problem']} role="alert">
      <IconAlertTriangleFilled size={14} aria-hidden />
      <p>
        <strong>{refused ? `${problem.found} was not taken: ${problem.rule}` : reasonOf(problem)}.</strong>{' '}
        {problem.remedy}
      </p>
    </div>
  );
}

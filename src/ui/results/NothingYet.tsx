/** Why there are no predictions, and what brings them. */
import { useRun } from '#stores/run-state.ts';
import { EvaluateButton } from './ResultsBar.tsx';
import type { ResultsChoice } from './use-results.ts';
import styles from './results.module.css';

export function NothingYet({ choice }: { readonly choice: ResultsChoice }) {
  const hasTrained = useRun((state) => state.step > 0);
  return (
    <div className={styles['nothing']}>
      <p>{choice.reason}</p>
      {hasTrained ? <EvaluateButton /> : null}
    </div>
  );
}

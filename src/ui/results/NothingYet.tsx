/** Why there are no predictions, and what brings them. */
import { useRun } from '#stores/run-state.ts';
import { EvaluateButton, ResultsBar } from './ResultsBar.tsx';
import type { ResultsChoice } from './use-results.ts';
import styles from './results.module.css';

export function NothingYet({ choice }: { readonly choice: ResultsChoice }) {
  const hasTrained = useRun((state) => state.step > 0);
  const { isUnevaluated, part, weights, parts } = choice;
  return (
    <>
      {isUnevaluated ? <ResultsBar choice={choice} /> : null}
      <div className={styles['nothing']}>
        <p>{choice.reason}</p>
        {/* Without a test the bar has its own way there. */}
        {hasTrained && (!isUnevaluated || part === 'validation' || parts.includes('test')) ? (
          <EvaluateButton
            part={isUnevaluated ? part : 'test'}
            weights={isUnevaluated || weights !== 'last' ? weights : 'best'}
          />
        ) : null}
      </div>
    </>
  );
}

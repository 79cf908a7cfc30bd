/** Why there is nothing measured yet, and what brings it. */
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import { setView, useView } from '#stores/view.ts';
import { strategyOf } from '#strategies/index.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './conflicts.module.css';

export function NotMeasured() {
  const every = useView((state) => state.watchEvery);
  const step = useRun((state) => state.step);
  const kind = useRun((state) => state.experiment?.strategy.kind ?? 'equal');
  const sharesNothing = useExperiment((state) => state.plan.sharedParameterCount === 0);
  const looksAlways = strategyOf(kind).needs !== 'losses';
  if (looksAlways)
    return <p className={styles['nothing']}>The gradients of the first steps are on their way.</p>;
  if (sharesNothing)
    return (
      <p className={styles['nothing']}>The tasks share no layer that learns, so that nothing can conflict.</p>
    );
  if (every === null)
    return (
      <p className={styles['nothing']}>
        The gradients are not measured.{' '}
        <TextButton onClick={() => setView({ watchEvery: 50 })}>Measure every 50 steps</TextButton>
      </p>
    );
  return (
    <p className={styles['nothing']}>
      Nothing measured yet: the next time is at step {formatCount(nextMeasured(step, every))}.
    </p>
  );
}

/** The first step after this one at which the gradients are measured. */
export const nextMeasured = (step: number, every: number) => (Math.floor(step / every) + 1) * every;

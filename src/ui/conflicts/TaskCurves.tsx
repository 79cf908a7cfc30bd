/** What the method makes of the tasks: their weights over time, beside the size of their gradients. */
import { useCallback, useMemo, useState } from 'react';
import type { Experiment } from '#experiment/schema.ts';
import { Chart } from '../charts/Chart.tsx';
import type { CurveChart } from '../results/curve-charts.ts';
import { readCurves, subscribeCurves } from '../results/curve-data.ts';
import { Legend } from '../results/Legend.tsx';
import { normSpec, readNorms, weightsOverTime, withMethodMark } from './conflict-curves.ts';
import { Explanation } from './Explanation.tsx';
import styles from './conflicts.module.css';

interface TaskCurvesProps {
  readonly experiment: Experiment;
  /** Whether gradients were measured. */
  readonly hasNorms: boolean;
}

export function TaskCurves({ experiment, hasNorms }: TaskCurvesProps) {
  const { tasks } = experiment;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = (task: string) =>
    setHidden(
      (before) => new Set(before.has(task) ? [...before].filter((each) => each !== task) : [...before, task]),
    );
  const weights = useMemo(() => weightsOverTime(experiment), [experiment]);
  const readWeights = useCallback((chart: CurveChart) => withMethodMark(readCurves(chart, hidden)), [hidden]);
  const readSizes = useCallback(() => readNorms(tasks, hidden), [tasks, hidden]);
  return (
    <div>
      <Legend tasks={tasks} hidden={hidden} onToggle={toggle} hasValidation={false} />
      <div className={styles['charts']}>
        <div className={styles['view']}>
          <Chart spec={weights} read={readWeights} subscribe={subscribeCurves} />
          <Explanation
            of="task weights"
            shows="What each task's loss or gradient is multiplied by. A higher line has more say in the shared layers."
            problem="One task takes nearly all of the weight, or a weight runs away to zero or without end: the others stop learning."
            remedy="Another method, a smaller learning rate for learned weights, or weights by hand."
          />
        </div>
        {hasNorms ? (
          <div className={styles['view']}>
            <Chart spec={normSpec} read={readSizes} subscribe={subscribeCurves} />
            <Explanation
              of="gradient norms"
              shows="How hard each task pulls: the length of its gradient. Switch on log y to compare sizes that differ a lot."
              problem="One gradient ten times as long as the others decides alone where the shared layers go, whatever its weight is meant to say."
              remedy="Weigh that task less, or use a method that evens out sizes (GradNorm, IMTL, DB-MTL)."
            />
          </div>
        ) : null}
      </div>
    </div>
  );
}

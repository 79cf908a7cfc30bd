/** The cosines of some pairs over time. */
import { useCallback } from 'react';
import { Chart } from '../charts/Chart.tsx';
import { Swatch } from '../charts/ChartCursor.tsx';
import { subscribeCurves } from '../results/curve-data.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { taskColour } from '../task-colour.ts';
import { cosineSpec, pairName, readCosines, type Tasks } from './conflict-curves.ts';
import { Explanation } from './Explanation.tsx';
import { type Pair, pairKey } from './measured.ts';
import styles from './conflicts.module.css';

interface CosineCurvesProps {
  readonly tasks: Tasks;
  readonly pairs: readonly Pair[];
  /** The step that the heat map shows; null for the latest. */
  readonly shown: number | null;
  readonly onRemove: (pair: Pair) => void;
  /** Back to the worst pairs; null where they are shown. */
  readonly onWorst: (() => void) | null;
}

export function CosineCurves({ tasks, pairs, shown, onRemove, onWorst }: CosineCurvesProps) {
  const read = useCallback(() => readCosines(tasks, pairs, shown), [tasks, pairs, shown]);
  return (
    <div className={styles['view']}>
      <Chart spec={cosineSpec} read={read} subscribe={subscribeCurves} />
      <div className={styles['pairLegend']}>
        <ul aria-label="Pairs among the curves, click to take away">
          {pairs.map((pair) => (
            <li key={pairKey(pair)}>
              <button
                type="button"
                aria-label={`Take away ${pairName(tasks, pair)}`}
                onClick={() => onRemove(pair)}
              >
                <PairSwatch pair={pair} />
                <span>{pairName(tasks, pair)}</span>
                <i aria-hidden>×</i>
              </button>
            </li>
          ))}
        </ul>
        {onWorst ? <TextButton onClick={onWorst}>Show the worst pairs</TextButton> : null}
      </div>
      <Explanation
        of="gradient cosines"
        shows="The cosine of a pair as it changes during training. The line has the colours of both tasks."
        problem="A line that sinks below zero and stays there, often late in training, when the tasks have learned what they share. One that jumps about zero is noise of the batches."
        remedy="Larger batches for less noise; a method that looks at gradients; more layers of their own for the two tasks."
      />
    </div>
  );
}

export function PairSwatch({ pair: [i, j] }: { readonly pair: Pair }) {
  return <Swatch colour={taskColour(i)} stripe={taskColour(j)} dashed={false} />;
}

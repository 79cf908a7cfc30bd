/** Whether confidence is honest: the reliability diagram, how many answers stand behind each bar, and the expected calibration error. */
import { useId } from 'react';
import type { Calibration } from '#lib/calibration.ts';
import { formatCount, formatPercent } from '#lib/format.ts';
import { Explanation } from '../../conflicts/Explanation.tsx';
import { across, frame, up } from './share-plot.ts';
import { SharePlot } from './SharePlot.tsx';
import styles from './evaluation.module.css';

/** Height of the histogram under the diagram, and the room its labels take. */
const countHeight = 44;
const below = countHeight + 14;

interface CalibrationSectionProps {
  readonly calibration: Calibration;
  readonly colour: string;
  /** Whether each image has one class; else every label is an answer of its own. */
  readonly isExclusive: boolean;
}

export function CalibrationSection({ calibration, colour, isExclusive }: CalibrationSectionProps) {
  const headingId = useId();
  return (
    <section className={styles['section']} aria-labelledby={headingId}>
      <h3 id={headingId}>Calibration</h3>
      <Explanation
        of="Calibration"
        shows={
          isExclusive
            ? 'Each bar is how often the likeliest class is right among images with that confidence: on the dashed diagonal confidence is honest, below it the network is surer than it is right.'
            : 'Each bar is how often a label is there among the answers that gave it that probability, all labels together: on the dashed diagonal probabilities are honest.'
        }
        problem="Bars well below the diagonal where many answers are: the network is overconfident, as networks trained for long tend to be. Bars above it: too cautious. Bars with few answers behind them say little."
        remedy={
          isExclusive
            ? 'Stop earlier, add label smoothing or weight decay. Overconfidence on the test alone points to overfitting.'
            : 'Stop earlier or add weight decay. A positive weight other than 1 shifts every probability by intention.'
        }
      />
      <div className={styles['columns']}>
        <figure className={styles['figure']}>
          <Diagram calibration={calibration} colour={colour} isExclusive={isExclusive} />
        </figure>
        <div>
          <dl className={styles['facts']}>
            <dt title="Mean distance of the bars from the diagonal, each weighed by its answers (Guo et al. 2017)">
              Expected calibration error
            </dt>
            <dd>{formatPercent(calibration.error)}</dd>
            <dt>{isExclusive ? 'Mean confidence' : 'Mean probability'}</dt>
            <dd>{formatPercent(calibration.confidence)}</dd>
            <dt>{isExclusive ? 'Accuracy' : 'Labels there'}</dt>
            <dd>{formatPercent(calibration.accuracy)}</dd>
            <dt>{isExclusive ? 'Images' : 'Answers'}</dt>
            <dd>{formatCount(calibration.count)}</dd>
          </dl>
          <BinTable calibration={calibration} isExclusive={isExclusive} />
        </div>
      </div>
    </section>
  );
}

function Diagram({ calibration, colour, isExclusive }: CalibrationSectionProps) {
  const { bins, error } = calibration;
  const most = bins.reduce((max, { count }) => Math.max(max, count), 1);
  const floor = frame.bottom + 26 + countHeight;
  const width = across(bins[0]?.to ?? 1) - across(0) - 1;
  return (
    <SharePlot
      label={`Reliability diagram of ${formatCount(calibration.count)} answers: expected calibration error ${formatPercent(error)}`}
      xName={isExclusive ? 'confidence, %' : 'probability, %'}
      yName={isExclusive ? 'right, %' : 'there, %'}
      below={below}
    >
      {bins.map(({ from, count, accuracy }) =>
        count === 0 ? null : (
          <g key={from} data-bin={count}>
            <rect
              className={styles['bar']}
              x={across(from) + 0.5}
              y={up(accuracy)}
              width={width}
              height={up(0) - up(accuracy)}
              style={{ fill: colour }}
            />
            <rect
              className={styles['count']}
              x={across(from) + 0.5}
              y={floor - Math.max(1, (count / most) * countHeight)}
              width={width}
              height={Math.max(1, (count / most) * countHeight)}
            />
          </g>
        ),
      )}
      <path className={styles['chance']} d={`M${across(0)},${up(0)}L${across(1)},${up(1)}`} />
      <line className={styles['axis']} x1={frame.left} x2={frame.right} y1={floor} y2={floor} />
      <text x={frame.left - 6} y={floor - countHeight} dy="0.7em" textAnchor="end">
        {formatCount(most)}
      </text>
      <text x={frame.left - 6} y={floor} textAnchor="end">
        0
      </text>
    </SharePlot>
  );
}

function BinTable({ calibration, isExclusive }: Omit<CalibrationSectionProps, 'colour'>) {
  const filled = calibration.bins.filter(({ count }) => count > 0);
  return (
    <details className={styles['bins']}>
      <summary>Bars as a table</summary>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{isExclusive ? 'confidence' : 'probability'}</th>
            <th scope="col">mean</th>
            <th scope="col">{isExclusive ? 'right' : 'there'}</th>
            <th scope="col">{isExclusive ? 'images' : 'answers'}</th>
          </tr>
        </thead>
        <tbody>
          {filled.map(({ from, to, count, confidence, accuracy }) => (
            <tr key={from}>
              <th scope="row">
                {Math.round(from * 100)}–{Math.round(to * 100)} %
              </th>
              <td>{formatPercent(confidence)}</td>
              <td>{formatPercent(accuracy)}</td>
              <td>{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

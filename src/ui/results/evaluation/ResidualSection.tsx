/** What is left between predicted and true numbers: figures and a histogram for every number of a regression task. */
import { useId, useMemo } from 'react';
import { formatCount } from '#lib/format.ts';
import { histogram, type Residuals, residualsOf } from '#lib/residuals.ts';
import { formatReading, linearTicks, symmetricDomain, valueTicks } from '../../charts/scale.ts';
import { Explanation } from '../../conflicts/Explanation.tsx';
import { every } from '../class-scores.ts';
import type { TaskResult } from '../task-results.ts';
import styles from './evaluation.module.css';

/** An odd number of bars: the middle one holds what is almost right. */
const bars = 31;
const size = { width: 236, left: 36, right: 226, top: 6, bottom: 96, height: 130 } as const;

interface ResidualSectionProps {
  readonly result: TaskResult;
  readonly names: readonly string[];
  readonly colour: string;
}

export function ResidualSection({ result, names, colour }: ResidualSectionProps) {
  const headingId = useId();
  const outputs = useMemo(
    () =>
      names.map((name, k) => ({
        name,
        residuals: residualsOf(
          every(result.outputs, k, names.length),
          every(result.targets, k, names.length),
        ),
      })),
    [result, names],
  );
  if (outputs.every(({ residuals }) => residuals.values.length === 0))
    return <p className={styles['hint']}>No image of this part has a number of this task.</p>;
  return (
    <section className={styles['section']} aria-labelledby={headingId}>
      <h3 id={headingId}>Residuals</h3>
      <Explanation
        of="Residuals"
        shows="Predicted less true: narrow and centred on zero is good. The dashed line is the mean error."
        problem="A mean error far from zero beside the standard deviation: the network predicts too much or too little throughout. An RMSE much larger than the MAE: a few images are far off. R² near or below 0: no better than always saying the mean."
        remedy="Look at the worst predictions. A few large errors ask for the Huber loss; a wide histogram for more training, more capacity or a larger weight of this task."
      />
      <FigureTable outputs={outputs} />
      <div className={styles['columns']}>
        {outputs.map(({ name, residuals }) =>
          residuals.values.length === 0 ? null : (
            <figure key={name} className={styles['figure']}>
              <figcaption>
                <b>{name}</b> <span>{formatCount(residuals.values.length)} images</span>
              </figcaption>
              <ResidualBars name={name} residuals={residuals} colour={colour} />
            </figure>
          ),
        )}
      </div>
    </section>
  );
}

interface Output {
  readonly name: string;
  readonly residuals: Residuals;
}

function FigureTable({ outputs }: { readonly outputs: readonly Output[] }) {
  return (
    <div className={styles['wide']}>
      <table className={styles['table']}>
        <caption>Predicted less true</caption>
        <thead>
          <tr>
            <th scope="col">number</th>
            <th scope="col">mean error</th>
            <th scope="col" title="Standard deviation of the errors about their mean">
              std. dev.
            </th>
            <th scope="col" title="Mean absolute error">
              MAE
            </th>
            <th scope="col" title="Root mean square error">
              RMSE
            </th>
            <th
              scope="col"
              title="Share of the truth's variance that is predicted; n/a where the truth does not vary"
            >
              R²
            </th>
            <th scope="col">images</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map(({ name, residuals }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{figure(residuals.mean)}</td>
              <td>{figure(residuals.deviation)}</td>
              <td>{figure(residuals.meanAbsolute)}</td>
              <td>{figure(residuals.rootMeanSquare)}</td>
              <td>{figure(residuals.determination)}</td>
              <td>{formatCount(residuals.values.length)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const figure = (value: number) => (Number.isNaN(value) ? 'n/a' : formatReading(value, false));

interface ResidualBarsProps extends Output {
  readonly colour: string;
}

function ResidualBars({ name, residuals, colour }: ResidualBarsProps) {
  const { values, mean, deviation } = residuals;
  const { from, to, counts, most, ticks } = useMemo(() => barsOf(values), [values]);
  const x = (value: number) => size.left + ((value - from) / (to - from)) * (size.right - size.left);
  const tall = (count: number) => (count / most) * (size.bottom - size.top);
  const width = (size.right - size.left) / bars;
  return (
    <svg
      className={styles['plot']}
      width={size.width}
      height={size.height}
      // A drawing that is one image to a screen reader: no <img> could hold it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={`Residuals of ${name}: mean ${figure(mean)}, standard deviation ${figure(deviation)}, ${formatCount(values.length)} images`}
    >
      {Array.from(counts, (count, bar) => (
        <rect
          key={bar}
          className={styles['bar']}
          x={size.left + bar * width + 0.5}
          y={size.bottom - tall(count)}
          width={width - 1}
          height={tall(count)}
          style={{ fill: colour }}
        />
      ))}
      <line className={styles['axis']} x1={size.left} x2={size.right} y1={size.bottom} y2={size.bottom} />
      <line className={styles['axis']} x1={x(0)} x2={x(0)} y1={size.top} y2={size.bottom} />
      <path className={styles['chance']} d={`M${x(mean)},${size.top}V${size.bottom}`} />
      <text x={size.left - 6} y={size.top} dy="0.7em" textAnchor="end">
        {formatCount(most)}
      </text>
      <text x={size.left - 6} y={size.bottom} textAnchor="end">
        0
      </text>
      {ticks.map(({ value, text }) => (
        <text key={value} x={x(value)} y={size.bottom + 14} textAnchor="middle">
          {text}
        </text>
      ))}
      <text className={styles['name']} x={x(0)} y={size.height - 4} textAnchor="middle">
        predicted − true
      </text>
    </svg>
  );
}

/** Counts over a domain with zero in its middle. */
function barsOf(values: Float64Array) {
  const [low, high] = values.reduce(
    ([least, largest], value) => [Math.min(least, value), Math.max(largest, value)],
    [0, 0],
  );
  const [from, to] = symmetricDomain(low, high);
  const counts = histogram(values, from, to, bars);
  const most = counts.reduce((max, count) => Math.max(max, count), 1);
  return { from, to, counts, most, ticks: valueTicks(linearTicks(from, to, 3), false) };
}

/** Predicted beside true, for every number of a regression task: on the diagonal, the prediction is right. */
import { describeTask } from '#experiment/tasks/index.ts';
import { formatValue } from '#lib/format.ts';
import { linearTicks, roundDomain, scaleOf, valueTicks } from '../charts/scale.ts';
import { taskColour } from '../task-colour.ts';
import { every } from './class-scores.ts';
import type { TaskResult } from './task-results.ts';
import styles from './results.module.css';

/** A point is left out where another lies in the same square of this many pixels. */
const grain = 2;
const size = 230;
const plot = { left: 40, right: size - 8, top: 8, bottom: size - 32 };

interface ScatterGridProps {
  readonly result: TaskResult;
  readonly names: readonly string[];
}

export function ScatterGrid({ result, names }: ScatterGridProps) {
  return (
    <div className={styles['scatters']}>
      {names.map((name, k) => (
        <Scatter key={name} result={result} name={name} index={k} width={names.length} />
      ))}
    </div>
  );
}

interface ScatterProps {
  readonly result: TaskResult;
  readonly name: string;
  readonly index: number;
  readonly width: number;
}

function Scatter({ result, name, index, width }: ScatterProps) {
  const predicted = every(result.outputs, index, width);
  const truth = every(result.targets, index, width);
  const { column, task } = result;
  const { metrics } = describeTask(task).score(
    { id: column.id, name: column.name, kind: 'number', names: [name] },
    { outputs: predicted, targets: truth },
  );
  const drawing = drawingOf(predicted, truth);
  const numbers = describeTask(task)
    .metrics.map((metric) => `${metric.name.toLowerCase()} ${formatValue(metrics[metric.id] ?? Number.NaN)}`)
    .join(' · ');
  return (
    <figure>
      <figcaption>
        <b>{name}</b> <span>{numbers}</span>
      </figcaption>
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden>
        <Axes drawing={drawing} />
        <path className={styles['points']} d={drawing.path} style={{ stroke: taskColour(result.index) }} />
      </svg>
    </figure>
  );
}

function Axes({ drawing: { ticks, x, y } }: { readonly drawing: ReturnType<typeof drawingOf> }) {
  const [centre, middle] = [(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2];
  return (
    <>
      {ticks.map(({ value, text }) => (
        <g key={value}>
          <line
            className={styles['scatterGrid']}
            x1={plot.left}
            x2={plot.right}
            y1={y(value)}
            y2={y(value)}
          />
          <text x={plot.left - 6} y={y(value)} dy="0.35em" textAnchor="end">
            {text}
          </text>
          <text x={x(value)} y={plot.bottom + 14} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <line className={styles['diagonal']} x1={plot.left} y1={plot.bottom} x2={plot.right} y2={plot.top} />
      <text className={styles['axisName']} x={centre} y={size - 3} textAnchor="middle">
        true
      </text>
      <text
        className={styles['axisName']}
        transform={`translate(9 ${middle}) rotate(-90)`}
        textAnchor="middle"
      >
        predicted
      </text>
    </>
  );
}

/** Both axes over the same round domain, and the points as one path of dots. */
function drawingOf(predicted: Float32Array, truth: Float32Array) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of [predicted, truth]) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const [from, to] = roundDomain(low, high, false, 4);
  const x = scaleOf(from, to, plot.left, plot.right, false).at;
  const y = scaleOf(from, to, plot.bottom, plot.top, false).at;
  const taken = new Set<number>();
  let path = '';
  for (const [i, value] of truth.entries()) {
    const [px, py] = [x(value), y(predicted[i] ?? Number.NaN)];
    if (!Number.isFinite(px + py)) continue;
    const square = Math.floor(px / grain) * size + Math.floor(py / grain);
    if (taken.has(square)) continue;
    taken.add(square);
    path += `M${px.toFixed(1)},${py.toFixed(1)}h0`;
  }
  return { x, y, path, ticks: valueTicks(linearTicks(from, to, 4), false) };
}

/** Predicted beside true, for every number of a regression task: on the diagonal, the prediction is right. */
import { CartesianGrid, ReferenceLine, Scatter, ScatterChart, XAxis, YAxis, ZAxis } from 'recharts';
import { describeTask } from '#experiment/tasks/index.ts';
import { formatValue } from '#lib/format.ts';
import { linearTicks, roundDomain, valueTicks } from '../charts/scale.ts';
import { taskColour } from '../task-colour.ts';
import { every } from './class-scores.ts';
import type { TaskResult } from './task-results.ts';
import styles from './results.module.css';

/** A point is left out where another lies in the same square of this many pixels. */
const grain = 3;
/** Square pixels. */
const dotArea = 9;
const size = 230;
const margin = { top: 8, right: 8, bottom: 0, left: 0 };
const axis = { type: 'number', tickLine: false, axisLine: false, tickMargin: 4 } as const;
const trueLabel = { value: 'true', position: 'insideBottom', offset: 0 } as const;
const predictedLabel = { value: 'predicted', angle: -90, position: 'insideLeft' } as const;

interface ScatterGridProps {
  readonly result: TaskResult;
  readonly names: readonly string[];
}

export function ScatterGrid({ result, names }: ScatterGridProps) {
  return (
    <div className={styles['scatters']}>
      {names.map((name, k) => (
        <NumberScatter key={name} result={result} name={name} index={k} width={names.length} />
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

function NumberScatter({ result, name, index, width }: ScatterProps) {
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
      <ScatterChart width={size} height={size} margin={margin} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis {...axis} {...drawing.axis} dataKey="truth" height={32} label={trueLabel} />
        <YAxis {...axis} {...drawing.axis} dataKey="predicted" width={40} label={predictedLabel} />
        <ZAxis range={[dotArea, dotArea]} />
        <ReferenceLine segment={drawing.diagonal} stroke="var(--ink-faint)" strokeDasharray="3 3" />
        <Scatter
          data={drawing.points}
          fill={taskColour(result.index)}
          fillOpacity={0.55}
          isAnimationActive={false}
        />
      </ScatterChart>
    </figure>
  );
}

/** Both axes over the same round domain, and the points that can be told apart. */
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
  const cell = (grain * (to - from)) / (size - 48);
  const taken = new Set<string>();
  const points: { truth: number; predicted: number }[] = [];
  for (const [i, value] of truth.entries()) {
    const point = { truth: value, predicted: predicted[i] ?? Number.NaN };
    if (!Number.isFinite(point.truth + point.predicted)) continue;
    const square = `${Math.floor(point.truth / cell)} ${Math.floor(point.predicted / cell)}`;
    if (taken.has(square)) continue;
    taken.add(square);
    points.push(point);
  }
  const ticks = valueTicks(linearTicks(from, to, 4), false);
  return {
    points,
    axis: {
      domain: [from, to],
      ticks: ticks.map(({ value }) => value),
      tickFormatter: (value: number) => ticks.find((tick) => tick.value === value)?.text ?? '',
    },
    diagonal: [
      { x: from, y: from },
      { x: to, y: to },
    ] as const,
  };
}

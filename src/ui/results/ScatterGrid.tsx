/** Predicted beside true, for every number of a regression task: on the diagonal, the prediction is right. */
import {
  CartesianGrid,
  ReferenceLine,
  ScatterChart,
  useXAxisScale,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts';
import { useCallback, useMemo } from 'react';
import { describeTask } from '#experiment/tasks/index.ts';
import { formatValue } from '#lib/format.ts';
import { useFramed } from '../charts/framed.ts';
import { linearTicks, roundDomain, valueTicks } from '../charts/scale.ts';
import { taskColour } from '../task-colour.ts';
import { every } from './class-scores.ts';
import type { TaskResult } from './task-results.ts';
import styles from './results.module.css';

/** A point is left out where another lies in the same square of this many pixels. */
const grain = 3;
const size = 230;
const margin = { top: 8, right: 14, bottom: 0, left: 0 };
/** `allowDataOverflow`: without points of its own, recharts takes its domain from here. */
const axis = {
  type: 'number',
  allowDataOverflow: true,
  tickLine: false,
  axisLine: false,
  tickMargin: 4,
} as const;
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

/** The numbers of an evaluation do not change. */
const never = () => () => undefined;

interface ScatterProps {
  readonly result: TaskResult;
  readonly name: string;
  readonly index: number;
  readonly width: number;
}

function NumberScatter({ result, name, index, width }: ScatterProps) {
  const predicted = useMemo(() => every(result.outputs, index, width), [result, index, width]);
  const truth = useMemo(() => every(result.targets, index, width), [result, index, width]);
  const { column, task } = result;
  const { metrics } = describeTask(task).score(
    { id: column.id, name: column.name, kind: 'number', names: [name] },
    { outputs: predicted, targets: truth },
  );
  const draw = useCallback(() => drawingOf(predicted, truth), [predicted, truth]);
  const drawing = useFramed(draw, never);
  const numbers = describeTask(task)
    .metrics.map((metric) => `${metric.name} ${formatValue(metrics[metric.id] ?? Number.NaN)}`)
    .join(' · ');
  return (
    <figure>
      <figcaption>
        <b>{name}</b> <span>{numbers}</span>
      </figcaption>
      <div style={{ height: size }}>
        {drawing ? <Plot drawing={drawing} colour={taskColour(result.index)} /> : null}
      </div>
    </figure>
  );
}

interface PlotProps {
  readonly drawing: ReturnType<typeof drawingOf>;
  readonly colour: string;
}

function Plot({ drawing, colour }: PlotProps) {
  return (
    <ScatterChart width={size} height={size} margin={margin} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--grid)" />
      <XAxis {...axis} {...drawing.axis} dataKey="truth" height={32} label={trueLabel} />
      <YAxis {...axis} {...drawing.axis} dataKey="predicted" width={52} label={predictedLabel} />
      <ReferenceLine segment={drawing.diagonal} stroke="var(--ink-faint)" strokeDasharray="3 3" />
      <Dots points={drawing.points} colour={colour} />
    </ScatterChart>
  );
}

interface Point {
  readonly truth: number;
  readonly predicted: number;
}

/** All points as one path of dots: recharts' own, one element each, hold up the page for 0.1 s at 2,000 points. */
function Dots({ points, colour }: { readonly points: readonly Point[]; readonly colour: string }) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!x || !y) return null;
  const path = points.map(({ truth, predicted }) => `M${x(truth)},${y(predicted)}h0`).join('');
  return <path className={styles['points']} d={path} style={{ stroke: colour }} />;
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
  const cell = (grain * (to - from)) / (size - 66);
  const taken = new Set<string>();
  const points: Point[] = [];
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

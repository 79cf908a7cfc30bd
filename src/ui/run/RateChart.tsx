/** Loss over learning rate, smoothed, of the mean and of each task, with the rates that are suggested; read by pointer or keys. */
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useElementSize } from '@mantine/hooks';
import type { Experiment } from '#experiment/schema.ts';
import { meanLossOf, type RangePoint, type RateRange, type RateSuggestion } from '#experiment/rate-range.ts';
import { formatValue } from '#lib/format.ts';
import { numberText } from '../shared/number-text.ts';
import { taskColour } from '../task-colour.ts';
import { layOutRates, nearestPoint, type RateLayout } from './rate-layout.ts';
import styles from './rate-finder.module.css';

interface RateChartProps {
  readonly points: readonly RangePoint[];
  readonly tasks: Experiment['tasks'];
  readonly range: RateRange;
  readonly suggestion: RateSuggestion | null;
}

const height = 250;

export function RateChart({ points, tasks, range, suggestion }: RateChartProps) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const layout = useMemo(
    () =>
      layOutRates(
        points,
        tasks.map(({ id }) => id),
        range,
        Math.max(240, width),
        height,
      ),
    [points, tasks, range, width],
  );
  const chosen = at === null ? undefined : points[at];
  const move = (event: KeyboardEvent) => {
    const last = points.length - 1;
    const stride = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: (at ?? last) - stride, ArrowRight: (at ?? 0) + stride, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, to)));
  };
  return (
    <figure className={styles['figure']}>
      <Legend tasks={tasks} layout={layout} at={at} rate={chosen?.rate} />
      <div
        ref={ref}
        className={styles['surface']}
        style={{ height }}
        // A slider along the curve whose body is the chart itself: no <input> could hold it.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="slider"
        tabIndex={0}
        aria-label="Loss over the learning rate, read along the curve"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, points.length - 1)}
        aria-valuenow={at ?? Math.max(0, points.length - 1)}
        aria-valuetext={
          chosen
            ? `Rate ${numberText(twoDigits(chosen.rate))}: mean loss ${formatValue(meanLossOf(chosen))}`
            : 'No rate chosen'
        }
        onPointerMove={({ clientX, currentTarget }) => {
          const pixel = clientX - currentTarget.getBoundingClientRect().left;
          setAt(points.length > 0 ? nearestPoint(points, layout.x.invert(pixel)) : null);
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={move}
      >
        <Drawing layout={layout} tasks={tasks} suggestion={suggestion} rate={chosen?.rate} />
      </div>
    </figure>
  );
}

const twoDigits = (value: number) => Number(value.toPrecision(2));

interface LegendProps {
  readonly tasks: Experiment['tasks'];
  readonly layout: RateLayout;
  readonly at: number | null;
  readonly rate: number | undefined;
}

/** Which line is which, with the losses at the chosen rate. */
function Legend({ tasks, layout, at, rate }: LegendProps) {
  return (
    <figcaption className={styles['legend']}>
      {[...layout.lines.slice(-1), ...layout.lines.slice(0, -1)].map(({ id, smoothed }) => {
        const index = tasks.findIndex((task) => task.id === id);
        const value = at === null ? undefined : smoothed[at];
        return (
          <span key={id}>
            <i style={{ background: id === '' ? 'var(--ink)' : taskColour(index) }} />
            {id === '' ? (tasks.length > 1 ? 'mean of the tasks' : tasks[0]?.name) : tasks[index]?.name}
            {value === undefined || Number.isNaN(value) ? null : (
              <span className="mono"> {formatValue(value)}</span>
            )}
          </span>
        );
      })}
      {rate === undefined ? (
        <span className="soft">smoothed loss</span>
      ) : (
        <span className="soft">
          at <span className="mono">{numberText(twoDigits(rate))}</span>
        </span>
      )}
    </figcaption>
  );
}

interface DrawingProps {
  readonly layout: RateLayout;
  readonly tasks: Experiment['tasks'];
  readonly suggestion: RateSuggestion | null;
  readonly rate: number | undefined;
}

function Drawing({ layout, tasks, suggestion, rate }: DrawingProps) {
  const clip = useId();
  const { width, left, right, top, bottom, x, lines, raw } = layout;
  const tenth = suggestion?.tenthOfLowest ?? Number.NaN;
  const steepest = suggestion?.steepest ?? Number.NaN;
  return (
    <svg width={width} height={height} aria-hidden>
      <clipPath id={clip}>
        <rect x={left} y={top} width={Math.max(0, right - left)} height={bottom - top} />
      </clipPath>
      <Axes layout={layout} />
      <g clipPath={`url(#${clip})`} fill="none">
        <path className={styles['raw']} d={raw} />
        {lines.map(({ id, path }) => (
          <path
            key={id}
            d={path}
            className={styles[id === '' ? 'mean' : 'task']}
            stroke={id === '' ? 'var(--ink)' : taskColour(tasks.findIndex((task) => task.id === id))}
          />
        ))}
      </g>
      <Mark layout={layout} rate={tenth} words="lowest ÷ 10" isLeft={tenth <= steepest} />
      <Mark layout={layout} rate={steepest} words="steepest" isLeft={tenth > steepest} isMain />
      {rate === undefined ? null : (
        <line className={styles['cursor']} x1={x.at(rate)} x2={x.at(rate)} y1={top} y2={bottom} />
      )}
    </svg>
  );
}

function Axes({ layout }: { readonly layout: RateLayout }) {
  const { left, right, bottom, x, y, xTicks, yTicks } = layout;
  return (
    <>
      {yTicks.map(({ value, text }) => (
        <g key={value}>
          <line className={styles['grid']} x1={left} x2={right} y1={y.at(value)} y2={y.at(value)} />
          <text x={left - 6} y={y.at(value)} dy="0.35em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ value, text }) => (
        <text key={value} x={x.at(value)} y={bottom + 15} textAnchor="middle">
          {text}
        </text>
      ))}
      <line className={styles['axis']} x1={left} x2={right} y1={bottom} y2={bottom} />
      <text className={styles['name']} x={(left + right) / 2} y={bottom + 32} textAnchor="middle">
        learning rate
      </text>
    </>
  );
}

interface MarkProps {
  readonly layout: RateLayout;
  /** NaN where there is none. */
  readonly rate: number;
  readonly words: string;
  /** Where its name goes, away from the other's; on the other side where there is no room. */
  readonly isLeft: boolean;
  readonly isMain?: boolean;
}

/** Pixels that a name takes beside its line. */
const nameWidth = 72;

/** A suggested rate, with its name above. */
function Mark({ layout, rate, words, isLeft, isMain = false }: MarkProps) {
  if (Number.isNaN(rate)) return null;
  const { x, left, right, top, bottom } = layout;
  const at = x.at(rate);
  const before = isLeft ? at > left + nameWidth : at > right - nameWidth;
  return (
    <g className={styles['suggested']} data-main={isMain || undefined}>
      <line x1={at} x2={at} y1={top - 14} y2={bottom} />
      <text x={at + (before ? -5 : 5)} y={top - 8} textAnchor={before ? 'end' : 'start'}>
        {words}
      </text>
    </g>
  );
}

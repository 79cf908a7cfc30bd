/** The moving part of a chart: the line under the pointer, the points it reads, and their values. */
import type { Curve, Unit } from './chart-data.ts';
import type { Layout } from './layout.ts';
import { formatPosition, type Reading } from './readings.ts';
import { formatReading } from './scale.ts';
import { signPath } from './signs.ts';
import styles from './charts.module.css';

interface ChartCursorProps {
  readonly layout: Layout;
  readonly unit: Unit;
  /** Position under the pointer, in whichever chart it is. */
  readonly x: number;
  /** Value under the pointer, where it is in this chart. */
  readonly y: number | undefined;
  /** The highest first. */
  readonly readings: readonly Reading[];
  /** Whether the pointer is in this chart: the others keep to a line and points. */
  readonly isSource: boolean;
}

/** Readings that are marked on the lines, rows of the tooltip, and values beside a title: more would hide the picture. */
export const mostPoints = 60;
const mostRows = 12;
export const mostValues = 10;

export function ChartCursor({ layout, unit, x, y, readings, isSource }: ChartCursorProps) {
  const { width, height, top, bottom, left, right } = layout;
  const at = layout.x.at(x);
  if (at < left - 1 || at > right + 1) return null;
  return (
    <>
      <svg className={styles['overlay']} width={width} height={height} aria-hidden>
        <line className={styles['cursor']} x1={at} x2={at} y1={top} y2={bottom} />
        {(readings.length > mostPoints ? [] : readings).map((reading) => (
          <Point key={reading.curve.id} layout={layout} reading={reading} />
        ))}
      </svg>
      {isSource && readings.length > 0 ? (
        <Tooltip layout={layout} unit={unit} x={x} y={y} readings={readings} at={at} />
      ) : null}
    </>
  );
}

function Point({ layout, reading }: { readonly layout: Layout; readonly reading: Reading }) {
  const { curve, smoothed } = reading;
  const cx = layout.x.at(reading.x);
  const cy = layout.y.at(smoothed);
  if (!Number.isFinite(cy) || cx < layout.left - 1 || cx > layout.right + 1) return null;
  return (
    <circle
      className={curve.dashed ? styles['hollow'] : styles['full']}
      cx={cx}
      cy={cy}
      r={3}
      style={curve.dashed ? { stroke: curve.colour } : { fill: curve.colour }}
    />
  );
}

interface TooltipProps {
  readonly layout: Layout;
  readonly unit: Unit;
  readonly x: number;
  readonly y: number | undefined;
  readonly readings: readonly Reading[];
  /** Pixel of the cursor. */
  readonly at: number;
}

/** Puts the tip below the plot where there is more room than above it, as for many rows in the first charts of a window. */
function place(tip: HTMLElement | null): void {
  const plot = tip?.parentElement?.getBoundingClientRect();
  if (!tip || !plot) return;
  const view = tip.closest('[data-scroller]')?.getBoundingClientRect();
  const above = plot.top - (view?.top ?? 0);
  const below = (view?.bottom ?? innerHeight) - plot.bottom;
  tip.toggleAttribute('data-below', tip.offsetHeight > above && below > above);
}

/** Outside the plot, so that it hides no line; it slides along with the pointer and never leaves the chart. */
function Tooltip({ layout, unit, x, y, readings, at }: TooltipProps) {
  const share = (at - layout.left) / Math.max(1, layout.right - layout.left);
  const all = rowsOf(readings);
  const nearest = nearestRow(all, layout, y);
  const first = Math.max(0, Math.min(all.length - mostRows, nearest - Math.floor(mostRows / 2)));
  const rows = all.slice(first, first + mostRows);
  const hasSmoothed = readings.some(({ curve }) => curve.smoothed);
  const validation = readings.find(({ curve }) => curve.dashed);
  const isOneStep = readings.every(({ curve, step }) => !curve.dashed || step === validation?.step);
  const hasTrain = readings.some(({ curve }) => !curve.dashed);
  const write = (value: number | undefined) =>
    value === undefined ? '' : formatReading(value, unit === 'share');
  return (
    <div
      ref={place}
      className={styles['tooltip']}
      style={{ left: `${share * 100}%`, transform: `translateX(${-share * 100}%)` }}
      data-tooltip
    >
      <table>
        <thead>
          <tr>
            <th>{formatPosition(layout.input.axis, x)}</th>
            {hasSmoothed ? <th>smooth</th> : null}
            {hasTrain ? <th>{hasSmoothed ? 'raw' : validation ? 'train' : ''}</th> : null}
            {validation ? <th>{isOneStep ? validationHead(validation, x) : 'val, nearest'}</th> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, look, main, dashed }, index) => (
            <tr key={key} data-nearest={(all.length > 2 && first + index === nearest) || undefined}>
              <td className={styles['tooltipName']}>
                <Swatch {...look} dashed={!main} />
                <span>{name}</span>
              </td>
              {hasSmoothed ? <td className={styles['number']}>{write(main?.smoothed)}</td> : null}
              {hasTrain ? (
                <td className={hasSmoothed ? styles['numberFaint'] : styles['number']}>
                  {write(main?.value)}
                </td>
              ) : null}
              {validation ? <td className={styles['number']}>{write(dashed?.value)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < all.length ? (
        <p className={styles['more']}>
          {rows.length} of {all.length}, those near the pointer
        </p>
      ) : null}
    </div>
  );
}

/** The row whose line is nearest to the pointer; −1 where that is not known. */
function nearestRow(rows: readonly Row[], { y: scale }: Layout, y: number | undefined): number {
  if (y === undefined) return -1;
  const distance = ({ main, dashed }: Row) => {
    const far = Math.abs(scale.at((main ?? dashed)?.smoothed ?? Number.NaN) - scale.at(y));
    return Number.isNaN(far) ? Infinity : far;
  };
  return rows.reduce((best, row, index) => {
    const least = rows[best];
    return least && distance(least) <= distance(row) ? best : index;
  }, -1);
}

const validationHead = (validation: Reading, x: number) =>
  validation.x === x ? 'val' : `val @ ${Math.round(validation.step).toLocaleString('en-GB')}`;

type Look = Pick<Curve, 'colour' | 'dashed' | 'stripe'> & { readonly sign?: Curve['sign'] | null };

const lookOf = ({ colour, dashed, stripe, sign }: Curve): Look => ({
  colour,
  dashed,
  sign,
  ...(stripe === undefined ? {} : { stripe }),
});

interface Row {
  readonly key: string;
  readonly name: string;
  readonly look: Look;
  readonly main?: Reading;
  readonly dashed?: Reading;
}

/** The curves of one name side by side, in the order of the first of them. */
function rowsOf(readings: readonly Reading[]): Row[] {
  const rows = new Map<string, Row>();
  for (const reading of readings) {
    const { name, dashed, row: key = name } = reading.curve;
    rows.set(key, {
      ...(rows.get(key) ?? { key, name, look: lookOf(reading.curve) }),
      [dashed ? 'dashed' : 'main']: reading,
    });
  }
  return [...rows.values()];
}

/** The values under the cursor, beside the title of a chart that the pointer is not in. */
export function Readout({ unit, readings }: { readonly unit: Unit; readonly readings: readonly Reading[] }) {
  return (
    <span className={styles['readout']} data-readout>
      {readings.map(({ curve, smoothed }) => (
        <span key={curve.id}>
          <Swatch {...lookOf(curve)} />
          {formatReading(smoothed, unit === 'share')}
        </span>
      ))}
    </span>
  );
}

/** A sample of a line: colour, dash, stripes and sign. */
export function Swatch({ colour, dashed, stripe, sign }: Look) {
  return (
    <svg width="16" height="8" aria-hidden className={styles['swatch']}>
      <line
        x1="1"
        x2="15"
        y1="4"
        y2="4"
        strokeWidth={dashed ? 1.8 : 2.4}
        strokeDasharray={dashed ? '3.5 2.5' : undefined}
        strokeLinecap="butt"
        style={{ stroke: colour }}
      />
      {stripe ? <path d="M4.5 4h3.5M11.5 4h3.5" strokeWidth={2.4} style={{ stroke: stripe }} /> : null}
      {sign ? (
        <path d={signPath(sign, 8, 4)} strokeWidth={1} style={{ stroke: colour, fill: colour }} />
      ) : null}
    </svg>
  );
}

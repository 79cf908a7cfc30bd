/** The moving part of a chart: the line under the pointer, the points it reads, and their values. */
import type { Curve, Unit } from './chart-data.ts';
import type { Layout } from './layout.ts';
import { formatPosition, type Reading } from './readings.ts';
import { formatReading } from './scale.ts';
import styles from './charts.module.css';

interface ChartCursorProps {
  readonly layout: Layout;
  readonly unit: Unit;
  /** Position under the pointer, in whichever chart it is. */
  readonly x: number;
  /** The highest first. */
  readonly readings: readonly Reading[];
  /** Whether the pointer is in this chart: the others keep to a line and points. */
  readonly isSource: boolean;
}

export function ChartCursor({ layout, unit, x, readings, isSource }: ChartCursorProps) {
  const { width, height, top, bottom, left, right } = layout;
  const at = layout.x.at(x);
  if (at < left - 1 || at > right + 1) return null;
  return (
    <>
      <svg className={styles['overlay']} width={width} height={height} aria-hidden>
        <line className={styles['cursor']} x1={at} x2={at} y1={top} y2={bottom} />
        {readings.map((reading) => (
          <Point key={reading.curve.id} layout={layout} reading={reading} />
        ))}
      </svg>
      {isSource && readings.length > 0 ? (
        <Tooltip layout={layout} unit={unit} x={x} readings={readings} at={at} />
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
  readonly readings: readonly Reading[];
  /** Pixel of the cursor. */
  readonly at: number;
}

/** Above the plot, so that it hides no line; it slides along with the pointer and never leaves the chart. */
function Tooltip({ layout, unit, x, readings, at }: TooltipProps) {
  const share = (at - layout.left) / Math.max(1, layout.right - layout.left);
  const rows = rowsOf(readings);
  const hasSmoothed = readings.some(({ curve }) => curve.smoothed);
  const validation = readings.find(({ curve }) => curve.dashed);
  const hasTrain = readings.some(({ curve }) => !curve.dashed);
  const write = (value: number | undefined) =>
    value === undefined ? '' : formatReading(value, unit === 'share');
  return (
    <div
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
            {validation ? <th>val{validation.x === x ? '' : ` @ ${compactStep(validation.step)}`}</th> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, look, main, dashed }) => (
            <tr key={name}>
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
    </div>
  );
}

const compactStep = (step: number) => Math.round(step).toLocaleString('en-GB');

type Look = Pick<Curve, 'colour' | 'dashed' | 'stripe'>;

const lookOf = ({ colour, dashed, stripe }: Curve): Look =>
  stripe === undefined ? { colour, dashed } : { colour, dashed, stripe };

interface Row {
  readonly name: string;
  readonly look: Look;
  readonly main?: Reading;
  readonly dashed?: Reading;
}

/** The curves of one name side by side, in the order of the first of them. */
function rowsOf(readings: readonly Reading[]): Row[] {
  const rows = new Map<string, Row>();
  for (const reading of readings) {
    const { name, dashed } = reading.curve;
    rows.set(name, {
      ...(rows.get(name) ?? { name, look: lookOf(reading.curve) }),
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

/** A sample of a line: colour, dash and stripes. */
export function Swatch({ colour, dashed, stripe }: Look) {
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
    </svg>
  );
}

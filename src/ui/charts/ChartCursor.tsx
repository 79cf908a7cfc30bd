/** The moving part of a chart: the line under the pointer, the points it reads, and their values. */
import { positions, type Unit } from './chart-data.ts';
import type { Layout } from './layout.ts';
import { formatPosition, labelOf, type Reading } from './readings.ts';
import { formatReading } from './scale.ts';
import styles from './charts.module.css';

interface ChartCursorProps {
  readonly layout: Layout;
  readonly unit: Unit;
  /** Position under the pointer, in whichever chart it is. */
  readonly x: number;
  readonly readings: readonly Reading[];
  /** Whether the pointer is in this chart: the others keep to the values. */
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
      <Tooltip layout={layout} unit={unit} x={x} readings={readings} isSource={isSource} />
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

function Tooltip({ layout, unit, x, readings, isSource }: ChartCursorProps) {
  const { axis } = layout.input;
  const at = layout.x.at(x);
  const onRight = at < (layout.left + layout.right) / 2;
  const side = onRight ? { left: at + 12 } : { right: layout.width - at + 12 };
  const share = unit === 'share';
  const anySmoothed = readings.some(({ curve }) => curve.smoothed);
  if (readings.length === 0) return null;
  return (
    <div className={styles['tooltip']} style={side} data-tooltip>
      <table>
        {isSource ? (
          <thead>
            <tr>
              <th colSpan={2}>{formatPosition(axis, x)}</th>
              {anySmoothed ? <th>smooth</th> : null}
              <th>{anySmoothed ? 'raw' : ''}</th>
            </tr>
          </thead>
        ) : null}
        <tbody>
          {readings.map((reading) => (
            <tr key={reading.curve.id}>
              <td>
                <Swatch dashed={reading.curve.dashed} colour={reading.curve.colour} />
              </td>
              <td className={styles['tooltipName']}>
                {labelOf(reading.curve)}
                {awayFrom(reading, x, axis)}
              </td>
              {anySmoothed ? (
                <td className={styles['number']}>
                  {reading.curve.smoothed ? formatReading(reading.smoothed, share) : ''}
                </td>
              ) : null}
              <td className={reading.curve.smoothed ? styles['numberFaint'] : styles['number']}>
                {formatReading(reading.value, share)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a sparse curve was read, if not where the pointer is. */
function awayFrom({ curve, step, x: own }: Reading, x: number, axis: Layout['input']['axis']): string {
  if (own === x || positions(curve, axis).length === 0) return '';
  return ` @ ${Math.round(step).toLocaleString('en-GB')}`;
}

/** A sample of a line: colour and dash. */
export function Swatch({ colour, dashed }: { readonly colour: string; readonly dashed: boolean }) {
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
    </svg>
  );
}

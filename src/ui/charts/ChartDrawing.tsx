/** The still part of a chart: grid, ticks, marks and lines, as one SVG. */
import { memo } from 'react';
import type { Layout, Line } from './layout.ts';
import styles from './charts.module.css';

interface ChartDrawingProps {
  readonly layout: Layout;
  readonly clipId: string;
}

/** Drawn anew only when its layout is another: the pointer moves over it without touching it. */
export const ChartDrawing = memo(function ChartDrawing({ layout, clipId }: ChartDrawingProps) {
  const { width, height, left, right, top, bottom } = layout;
  return (
    <svg className={styles['drawing']} width={width} height={height} aria-hidden data-drawing>
      <clipPath id={clipId}>
        <rect x={left - 3} y={top - 4} width={Math.max(0, right - left + 6)} height={bottom - top + 8} />
      </clipPath>
      <Grid layout={layout} />
      <g clipPath={`url(#${clipId})`} fill="none" strokeLinejoin="round" strokeLinecap="round">
        {layout.marks.map((mark) => (
          <g key={mark.label}>
            <line className={styles['mark']} x1={mark.x} x2={mark.x} y1={top} y2={bottom} />
          </g>
        ))}
        {layout.lines.map(({ curve, area }) =>
          area ? (
            <path key={curve.id} className={styles['area']} d={area} style={{ fill: curve.colour }} />
          ) : null,
        )}
        {layout.lines.map(({ curve, raw }) =>
          raw ? (
            <path key={curve.id} className={styles['raw']} d={raw} style={{ stroke: curve.colour }} />
          ) : null,
        )}
        {layout.lines.map((line) => (
          <CurveLine key={line.curve.id} line={line} />
        ))}
      </g>
      <Marks layout={layout} />
      {layout.note ? (
        <text className={styles['note']} x={(left + right) / 2} y={(top + bottom) / 2} textAnchor="middle">
          {layout.note}
        </text>
      ) : null}
    </svg>
  );
});

function CurveLine({ line: { curve, path, dots, signs } }: { readonly line: Line }) {
  return (
    <g data-curve={curve.id}>
      {curve.dashed ? <path className={styles['casing']} d={path} /> : null}
      <path
        className={curve.dashed ? styles['dashed'] : styles['solid']}
        d={path}
        style={{ stroke: curve.colour }}
      />
      {curve.stripe ? <path className={styles['stripe']} d={path} style={{ stroke: curve.stripe }} /> : null}
      {signs ? (
        <path
          className={styles['sign']}
          d={signs}
          style={{ stroke: curve.colour, fill: curve.dashed ? undefined : curve.colour }}
        />
      ) : null}
      {dots.map(([x, y]) => (
        <circle key={x} className={styles['dot']} cx={x} cy={y} r={2.2} style={{ stroke: curve.colour }} />
      ))}
    </g>
  );
}

function Grid({ layout }: { readonly layout: Layout }) {
  const { left, right, bottom, x, y, xTicks, yTicks } = layout;
  return (
    <g>
      {yTicks.map(({ value, text }) => (
        <g key={value}>
          <line
            className={value === 0 ? styles['axis'] : styles['grid']}
            x1={left}
            x2={right}
            y1={y.at(value)}
            y2={y.at(value)}
          />
          <text className={styles['tick']} x={left - 6} y={y.at(value)} dy="0.35em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ value, text }) => (
        <text
          key={value}
          className={styles['tick']}
          x={x.at(value)}
          y={bottom + 15}
          textAnchor={x.at(value) > right - 14 ? 'end' : 'middle'}
        >
          {text}
        </text>
      ))}
      <line className={styles['axis']} x1={left} x2={right} y1={bottom} y2={bottom} />
    </g>
  );
}

/** What the marks mean, above the lines; on the side of the mark that has room. */
function Marks({ layout: { marks, left, right, top } }: { readonly layout: Layout }) {
  return marks.map(({ x, label }) => {
    const before = x > (left + right) / 2;
    return (
      <text
        key={label}
        className={styles['markLabel']}
        x={before ? x - 5 : x + 5}
        y={top + 7}
        textAnchor={before ? 'end' : 'start'}
      >
        {label}
      </text>
    );
  });
}

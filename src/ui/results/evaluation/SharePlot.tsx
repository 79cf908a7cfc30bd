/** A square of two shares in per cent: axes and grid, and on them what is put inside. One image to a screen reader. */
import type { ReactNode } from 'react';
import { across, frame, up } from './share-plot.ts';
import styles from './evaluation.module.css';

const ticks = [0, 0.25, 0.5, 0.75, 1];

interface SharePlotProps {
  /** What it shows, in words, figures included. */
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  /** Room below the axis for more, in pixels. */
  readonly below?: number;
  readonly children: ReactNode;
}

export function SharePlot({ label, xName, yName, below = 0, children }: SharePlotProps) {
  const { left, right, bottom, width } = frame;
  const height = frame.height + below;
  const middle = (up(0) + up(1)) / 2;
  return (
    <svg
      className={styles['plot']}
      width={width}
      height={height}
      // A drawing that is one image to a screen reader: no <img> could hold it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={label}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={styles['grid']} x1={left} x2={right} y1={up(tick)} y2={up(tick)} />
          <text x={left - 6} y={up(tick)} dy="0.35em" textAnchor="end">
            {tick * 100}
          </text>
          <text x={across(tick)} y={bottom + 14} textAnchor="middle">
            {tick * 100}
          </text>
        </g>
      ))}
      <line className={styles['axis']} x1={left} x2={right} y1={bottom} y2={bottom} />
      <text className={styles['name']} x={across(0.5)} y={height - 4} textAnchor="middle">
        {xName}
      </text>
      <text className={styles['name']} textAnchor="middle" transform={`translate(10 ${middle}) rotate(-90)`}>
        {yName}
      </text>
      {children}
    </svg>
  );
}

/** Runs as lines over several axes, the better end of each up; a part of an axis, dragged or set by key, picks runs out. */
import { useElementSize } from '@mantine/hooks';
import { memo, useCallback, useMemo, useState } from 'react';
import { type Brush, linesOf, moved, type ParallelAxis, passes, whole } from './parallel-data.ts';
import { ParallelBrush } from './ParallelBrush.tsx';
import { useMarked, usePointer } from './pointing.tsx';
import { lookOf } from './run-look.ts';
import type { RowHead } from './table-data.ts';
import { tell } from './trade-offs-data.ts';
import styles from './trade-offs.module.css';

const height = 300;
const frame = { top: 48, bottom: height - 16, side: 62 } as const;
/** Axes do not stand closer than this: a narrow page scrolls. */
const leastApart = 104;
/** Pixels of a letter in a title. */
const letter = 6.4;

export type Brushes = Readonly<Record<string, Brush>>;

interface ParallelPlotProps {
  readonly heads: readonly RowHead[];
  readonly axes: readonly ParallelAxis[];
  readonly brushes: Brushes;
  readonly onBrush: (id: string, brush: Brush | null) => void;
}

const up = (share: number) => frame.bottom - share * (frame.bottom - frame.top);

export function ParallelPlot({ heads, axes, brushes, onBrush }: ParallelPlotProps) {
  const { ref, width: room } = useElementSize();
  const width = Math.max(room, 2 * frame.side + leastApart * (axes.length - 1));
  const apart = axes.length > 1 ? (width - 2 * frame.side) / (axes.length - 1) : 0;
  const start = axes.length > 1 ? frame.side : width / 2;
  const at = useCallback((i: number) => start + i * apart, [start, apart]);
  return (
    <div ref={ref} className={styles['parallel']}>
      {room > 0 ? (
        <svg
          data-drawing
          width={width}
          height={height}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a drawing is no fieldset
          role="group"
          aria-label="Runs over several quantities"
        >
          <Lines heads={heads} axes={axes} brushes={brushes} at={at} />
          {axes.map((axis, i) => (
            <Axis key={axis.quantity.id} axis={axis} x={at(i)} room={Math.max(apart, leastApart)} />
          ))}
          {axes.map((axis, i) => (
            <ParallelBrush
              key={axis.quantity.id}
              axis={axis}
              x={at(i)}
              frame={frame}
              brush={brushes[axis.quantity.id] ?? whole}
              onBrush={(brush) => onBrush(axis.quantity.id, brush)}
              onEnd={(end, to) =>
                onBrush(axis.quantity.id, moved(brushes[axis.quantity.id] ?? whole, end, to))
              }
            />
          ))}
          <Values heads={heads} axes={axes} at={at} />
        </svg>
      ) : null}
    </div>
  );
}

interface LinesProps extends Omit<ParallelPlotProps, 'onBrush'> {
  /** Pixel of an axis. */
  readonly at: (i: number) => number;
}

/** All lines, paler while one of them is pointed at. */
function Lines({ heads, axes, brushes, at }: LinesProps) {
  const { lit } = useMarked();
  const paths = useMemo(() => heads.map((_, i) => linesOf(axes, i, { x: at, y: up })), [heads, axes, at]);
  return (
    <g className={styles['lines']} data-paler={lit !== null || undefined}>
      {heads.map((head, i) => (
        <Line key={head.key} head={head} path={paths[i] ?? ''} isOut={!passes(axes, brushes, i)} />
      ))}
    </g>
  );
}

interface LineProps {
  readonly head: RowHead;
  readonly path: string;
  readonly isOut: boolean;
}

/** Each place of a line as a dot of its own: a path of no length with round ends. */
const dotsOf = (path: string) => path.replaceAll('L', 'M').replaceAll(/M([^M]+)/g, 'M$1h0');

/** Drawn anew only where it changes: there may be hundreds. */
const Line = memo(function Line({ head, path, isOut }: LineProps) {
  const { onLit, onPin } = usePointer();
  return (
    <g
      data-run={head.key}
      data-out={isOut || undefined}
      style={{ color: lookOf(head.first).colour }}
      onPointerEnter={() => onLit(head.key)}
      onPointerLeave={() => onLit(null)}
      onClick={() => onPin(head.key)}
    >
      <path className={styles['near']} d={path} />
      <path className={styles['line']} d={path} />
      <path className={styles['dots']} d={dotsOf(path)} />
    </g>
  );
});

interface AxisProps {
  readonly axis: ParallelAxis;
  readonly x: number;
  /** Pixels that its title may take. */
  readonly room: number;
}

function cut(text: string, room: number): string {
  const most = Math.max(6, Math.floor((room - 8) / letter));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function Axis({ axis: { quantity, scale, ticks, isFlipped }, x, room }: AxisProps) {
  const { name, unit } = quantity;
  const notes = [unit === 'share' ? '%' : '', isFlipped ? 'lower is up' : '', scale.log ? 'log' : ''];
  return (
    <g className={styles['axis']}>
      <text x={x} y={14} textAnchor="middle" className={styles['axisName']}>
        <title>{name}</title>
        {cut(name, room)}
      </text>
      <text x={x} y={29} textAnchor="middle">
        {notes.filter(Boolean).join(', ')}
      </text>
      <line x1={x} x2={x} y1={frame.top} y2={frame.bottom} />
      {ticks.map(({ value, text }) => (
        <g key={value}>
          <line x1={x - 3} x2={x} y1={up(scale.at(value))} y2={up(scale.at(value))} />
          <text className={styles['tick']} x={x - 7} y={up(scale.at(value))} dy="0.34em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The run that is pointed at, on top of the others and with its figures. */
function Values({ heads, axes, at }: Omit<LinesProps, 'brushes'>) {
  const { lit } = useMarked();
  const head = heads.findIndex(({ key }) => key === lit);
  const chosen = heads[head];
  if (!chosen) return null;
  const path = linesOf(axes, head, { x: at, y: up });
  return (
    <g className={styles['chosen']} pointerEvents="none" style={{ color: lookOf(chosen.first).colour }}>
      <path className={styles['line']} d={path} />
      <path className={styles['dots']} d={dotsOf(path)} />
      {axes.map(({ quantity, shares }, i) => {
        const share = shares[head] ?? null;
        const isLast = i === axes.length - 1 && i > 0;
        return (
          <text
            key={quantity.id}
            className={styles['value']}
            x={at(i) + (isLast ? -8 : 8)}
            y={share === null ? frame.bottom + 12 : up(share) - 7}
            textAnchor={isLast ? 'end' : 'start'}
          >
            {share === null ? '–' : tell(quantity, quantity.values[head]?.mean ?? Number.NaN)}
          </text>
        );
      })}
    </g>
  );
}

/** Which part of each axis is chosen, by the id of its quantity. */
export function useBrushes(): [
  brushes: Brushes,
  onBrush: (id: string, brush: Brush | null) => void,
  clear: () => void,
] {
  const [brushes, setBrushes] = useState<Brushes>({});
  const onBrush = (id: string, brush: Brush | null) =>
    setBrushes(({ [id]: _old, ...others }) => (brush ? { ...others, [id]: brush } : others));
  return [brushes, onBrush, () => setBrushes({})];
}

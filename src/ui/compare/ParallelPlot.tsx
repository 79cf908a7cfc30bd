/** Runs as lines over several axes, the better end of each up; a part of an axis, dragged or set by key, picks runs out. */
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { type Brush, linesOf, moved, type ParallelAxis, passes, whole } from './parallel-data.ts';
import { ParallelBrush } from './ParallelBrush.tsx';
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
  readonly lit: string | null;
  readonly onLit: (key: string | null) => void;
  readonly onPin: (key: string) => void;
}

const up = (share: number) => frame.bottom - share * (frame.bottom - frame.top);

export function ParallelPlot(props: ParallelPlotProps) {
  const { heads, axes, brushes, onBrush, lit } = props;
  const { ref, width: room } = useElementSize();
  const width = Math.max(room, 2 * frame.side + leastApart * (axes.length - 1));
  const apart = axes.length > 1 ? (width - 2 * frame.side) / (axes.length - 1) : 0;
  const at = (i: number) => (axes.length > 1 ? frame.side + i * apart : width / 2);
  const chosen = heads.findIndex(({ key }) => key === lit);
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
          <Lines {...props} at={at} />
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
          {chosen >= 0 ? <Values axes={axes} head={chosen} at={at} /> : null}
        </svg>
      ) : null}
    </div>
  );
}

function Lines({
  heads,
  axes,
  brushes,
  lit,
  onLit,
  onPin,
  at,
}: ParallelPlotProps & { readonly at: (i: number) => number }) {
  const isIn = useMemo(() => heads.map((_, i) => passes(axes, brushes, i)), [heads, axes, brushes]);
  // What is pointed at, on top.
  const order = heads
    .map((head, i) => ({ head, i }))
    .toSorted((a, b) => Number(a.head.key === lit) - Number(b.head.key === lit));
  return order.map(({ head, i }) => {
    const path = linesOf(axes, i, { x: at, y: up });
    const isLit = head.key === lit;
    const opacity = isLit ? 1 : !isIn[i] ? 0.1 : lit !== null ? 0.35 : 0.85;
    return (
      <g
        key={head.key}
        data-run={head.key}
        data-out={!isIn[i] || undefined}
        opacity={opacity}
        style={{ color: lookOf(head.first).colour }}
        onPointerEnter={() => onLit(head.key)}
        onPointerLeave={() => onLit(null)}
        onClick={() => onPin(head.key)}
      >
        <path className={styles['near']} d={path} />
        <path className={styles['line']} d={path} strokeWidth={isLit ? 2.75 : 1.5} />
        {axes.map(({ quantity, shares }, k) => {
          const share = shares[i] ?? null;
          return share === null ? null : (
            <circle key={quantity.id} cx={at(k)} cy={up(share)} r={isLit ? 4 : 2.5} fill="currentColor" />
          );
        })}
      </g>
    );
  });
}

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

/** The figures of the run that is pointed at. */
function Values({
  axes,
  head,
  at,
}: {
  readonly axes: readonly ParallelAxis[];
  readonly head: number;
  readonly at: (i: number) => number;
}) {
  return axes.map(({ quantity, shares }, i) => {
    const share = shares[head] ?? null;
    const mean = quantity.values[head]?.mean ?? Number.NaN;
    const isLast = i === axes.length - 1 && i > 0;
    return (
      <text
        key={quantity.id}
        className={styles['value']}
        pointerEvents="none"
        x={at(i) + (isLast ? -8 : 8)}
        y={share === null ? frame.bottom + 12 : up(share) - 7}
        textAnchor={isLast ? 'end' : 'start'}
      >
        {share === null ? '–' : tell(quantity, mean)}
      </text>
    );
  });
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

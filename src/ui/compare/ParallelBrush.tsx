/** The chosen part of an axis: dragged over the axis, or its two ends moved by key. */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Brush, ParallelAxis } from './parallel-data.ts';
import { tell } from './trade-offs-data.ts';
import styles from './trade-offs.module.css';

interface ParallelBrushProps {
  readonly axis: ParallelAxis;
  readonly x: number;
  readonly frame: { readonly top: number; readonly bottom: number };
  readonly brush: Brush;
  /** Null for the whole axis. */
  readonly onBrush: (brush: Brush | null) => void;
  readonly onEnd: (end: 'low' | 'high', to: number) => void;
}

/** Half the width over which an axis can be grabbed. */
const reach = 12;
/** A drag shorter than this, in pixels, is a click. */
const click = 4;

export function ParallelBrush(props: ParallelBrushProps) {
  const { axis, x, frame, brush, onBrush, onEnd } = props;
  const isWhole = brush.low <= 0 && brush.high >= 1;
  const up = (share: number) => frame.bottom - share * (frame.bottom - frame.top);
  const common = { axis, x, onEnd, onClear: () => onBrush(null) };
  return (
    <g className={styles['brush']} data-brush={axis.quantity.id}>
      <Grip {...props} />
      {isWhole ? null : (
        <rect
          className={styles['part']}
          x={x - 6}
          width={12}
          y={up(brush.high)}
          height={Math.max(1, up(brush.low) - up(brush.high))}
        />
      )}
      <Thumb {...common} end="high" share={brush.high} y={up(brush.high)} />
      <Thumb {...common} end="low" share={brush.low} y={up(brush.low)} />
    </g>
  );
}

/** Where a drag begins: all of the axis, and a little beside it. */
function Grip({ x, frame: { top, bottom }, onBrush }: ParallelBrushProps) {
  const from = useRef<number | null>(null);
  const shareOf = ({ currentTarget, clientY }: PointerEvent<SVGElement>) => {
    const box = currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (box.bottom - clientY) / box.height));
  };
  const isClick = (one: number, other: number) => Math.abs(one - other) * (bottom - top) < click;
  return (
    <rect
      className={styles['grip']}
      x={x - reach}
      y={top}
      width={2 * reach}
      height={bottom - top}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = shareOf(event);
      }}
      onPointerMove={(event) => {
        const [start, to] = [from.current, shareOf(event)];
        if (start === null || isClick(start, to)) return;
        onBrush({ low: Math.min(start, to), high: Math.max(start, to) });
      }}
      onPointerUp={(event) => {
        const start = from.current;
        from.current = null;
        if (start !== null && isClick(start, shareOf(event))) onBrush(null);
      }}
      onPointerCancel={() => {
        from.current = null;
      }}
    />
  );
}

interface ThumbProps {
  readonly end: 'low' | 'high';
  readonly axis: ParallelAxis;
  readonly share: number;
  readonly x: number;
  readonly y: number;
  readonly onEnd: (end: 'low' | 'high', to: number) => void;
  readonly onClear: () => void;
}

/** Shares of the axis that a key moves an end by. */
const moves: Readonly<Record<string, number>> = {
  ArrowUp: 0.05,
  ArrowRight: 0.05,
  ArrowDown: -0.05,
  ArrowLeft: -0.05,
  PageUp: 0.2,
  PageDown: -0.2,
  Home: -1,
  End: 1,
};

function Thumb({ end, axis: { quantity, scale }, share, x, y, onEnd, onClear }: ThumbProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    const clears = event.key === 'Delete' || event.key === 'Backspace';
    if (move === undefined && !clears) return;
    event.preventDefault();
    if (clears) onClear();
    else onEnd(end, share + (move ?? 0));
  };
  const value = scale.invert(share);
  const size = end === 'high' ? -5 : 5;
  return (
    <path
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input cannot stand in a drawing
      role="slider"
      tabIndex={0}
      aria-label={`${end === 'high' ? 'Upper' : 'Lower'} end of ${quantity.name}`}
      aria-orientation="vertical"
      aria-valuemin={scale.from}
      aria-valuemax={scale.to}
      aria-valuenow={value}
      aria-valuetext={tell(quantity, value)}
      className={styles['thumb']}
      d={`M${x - 6},${y}h12l-6,${size}z`}
      onKeyDown={onKeyDown}
    />
  );
}

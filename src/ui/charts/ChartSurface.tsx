/** What one does on a chart: point to read, drag to zoom, double-click to see all; the same with the keyboard. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import type { ChartSpec } from './chart-data.ts';
import { ChartCursor, mostPoints } from './ChartCursor.tsx';
import type { Layout } from './layout.ts';
import { type Shared, useChartLink, useShared, type Zoom } from './link.ts';
import { describeReadings, formatPosition, neighbour, readAt, snap } from './readings.ts';
import styles from './charts.module.css';

/** A drag shorter than this, in pixels, is a click. */
const shortestDrag = 6;

interface ChartSurfaceProps {
  readonly spec: ChartSpec;
  readonly layout: Layout;
  readonly children: ReactNode;
}

export function ChartSurface({ spec, layout, children }: ChartSurfaceProps) {
  const { axis, data } = layout.input;
  const link = useChartLink();
  const cursor = useShared(link.cursor);
  // Among very many curves only the chart under the pointer reads them: the others would mark none of them.
  const isRead = cursor !== null && (cursor.source === spec.id || data.curves.length <= mostPoints);
  const readings = useMemo(() => (isRead ? readAt(data, axis, cursor.x) : []), [isRead, cursor, data, axis]);
  const drag = useDrag(layout, link.zoom);
  const point = (x: number, y?: number) =>
    link.cursor.set({ x, source: spec.id, ...(y === undefined ? {} : { y }) });
  const leave = () => link.cursor.set(null);
  const words = cursor
    ? `${formatPosition(axis, cursor.x)}: ${describeReadings(readings.slice(0, mostPoints), spec.unit === 'share')}`
    : 'No position chosen';
  return (
    <div
      className={styles['surface']}
      style={{ height: layout.height }}
      // A slider along the curves whose body is the chart itself: no <input> could hold it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label={`${spec.title}, read along the curves`}
      aria-valuemin={Math.round(axis.from)}
      aria-valuemax={Math.round(axis.to)}
      aria-valuenow={Math.round(cursor?.x ?? axis.to)}
      aria-valuetext={words}
      onPointerDown={drag.start}
      onPointerMove={(event) => {
        drag.move(event);
        point(snap(data, axis, valueAt(event, layout)), heightAt(event, layout));
      }}
      onPointerUp={drag.end}
      onPointerCancel={drag.cancel}
      onPointerLeave={leave}
      onBlur={leave}
      onDoubleClick={() => link.zoom.set(null)}
      onKeyDown={(event) => {
        const next = keyTarget(event, layout, cursor?.x);
        if (next === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        if (next === null && !cursor) link.zoom.set(null);
        if (next === null) leave();
        else point(next);
      }}
    >
      {children}
      {drag.selection ? <Selection layout={layout} selection={drag.selection} /> : null}
      {cursor ? (
        <ChartCursor
          layout={layout}
          unit={spec.unit}
          x={cursor.x}
          y={cursor.y}
          readings={readings}
          isSource={cursor.source === spec.id}
        />
      ) : null}
    </div>
  );
}

/** Position on the axis under a pointer, within what is in view. */
function valueAt(event: PointerEvent, { x }: Layout): number {
  const pixel = event.clientX - event.currentTarget.getBoundingClientRect().left;
  return Math.min(x.to, Math.max(x.from, x.invert(pixel)));
}

/** Value on the y axis under a pointer. */
function heightAt(event: PointerEvent, { y }: Layout): number {
  return y.invert(event.clientY - event.currentTarget.getBoundingClientRect().top);
}

/** Where a key moves the cursor to; null to take it away, undefined if the key means nothing here. */
function keyTarget(event: KeyboardEvent, layout: Layout, x: number | undefined): number | null | undefined {
  const { axis, data } = layout.input;
  const stride = Math.max(
    1,
    Math.round(((axis.to - axis.from) / axis.per / 100) * (event.shiftKey ? 10 : 1)),
  );
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return neighbour(data, axis, x ?? axis.to, x === undefined ? 0 : -stride);
    case 'ArrowRight':
    case 'ArrowUp':
      return neighbour(data, axis, x ?? axis.from, x === undefined ? 0 : stride);
    case 'Home':
      return snap(data, axis, axis.from);
    case 'End':
      return snap(data, axis, axis.to);
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function useDrag(layout: Layout, zoom: Shared<Zoom | null>) {
  const origin = useRef<{ readonly pixel: number; readonly value: number } | null>(null);
  const [selection, setSelection] = useState<Range | null>(null);
  const cancel = () => {
    origin.current = null;
    setSelection(null);
  };
  return {
    selection,
    cancel,
    start(event: PointerEvent) {
      if (event.button !== 0) return;
      origin.current = { pixel: event.clientX, value: valueAt(event, layout) };
    },
    move(event: PointerEvent) {
      const from = origin.current;
      if (!from || Math.abs(event.clientX - from.pixel) < shortestDrag) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const value = valueAt(event, layout);
      setSelection({ from: Math.min(from.value, value), to: Math.max(from.value, value) });
    },
    end() {
      if (selection && selection.to > selection.from) zoom.set(selection);
      cancel();
    },
  };
}

function Selection({ layout, selection }: { readonly layout: Layout; readonly selection: Range }) {
  const left = layout.x.at(selection.from);
  const width = layout.x.at(selection.to) - left;
  return (
    <div
      className={styles['selection']}
      style={{ left, width, top: layout.top, height: layout.bottom - layout.top }}
    />
  );
}

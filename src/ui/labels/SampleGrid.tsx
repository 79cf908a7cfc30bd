/** Images of a set as a grid that draws only what is in sight: chosen by click, shift, ctrl and arrows. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { ImageReader } from '#data/image-reader.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { Picture } from '../shared/Picture.tsx';
import styles from './labels.module.css';
import { type How, placeAfter, type Selection } from './selection.ts';
import { type Pixels, usePixels } from './use-pixels.ts';

const cellWidth = 104;
const captionHeight = 22;
const gap = 8;

interface SampleGridProps {
  readonly label: string;
  readonly list: Uint32Array;
  readonly reader: ImageReader | null;
  readonly shape: ImageShape;
  readonly selection: Selection;
  /** What stands below an image, and what is said of it; '' where it has no label. */
  readonly captionOf: (sample: number) => string;
  readonly nameOf: (sample: number) => string;
  readonly onPick: (place: number, how: How) => void;
  /** Other keys than those that move; whether it meant something. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** How many columns fit, and how wide they are. */
function useColumns(scroller: React.RefObject<HTMLDivElement | null>) {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  const columns = Math.max(1, Math.floor((width + gap) / (cellWidth + gap)));
  return { columns, cell: Math.max(40, Math.floor((width + gap) / columns) - gap) };
}

/** Which rows are in sight, with their images. */
function useRows({ list, shape, selection, reader }: SampleGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { columns, cell } = useColumns(scroller);
  const height = Math.round((cell * shape.height) / shape.width) + captionHeight + gap;
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here and handed to nobody
  const virtual = useVirtualizer({
    count: Math.ceil(list.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 3,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (selection.active >= 0) virtual.scrollToIndex(Math.floor(selection.active / columns));
  }, [virtual, selection.active, columns, list]);
  const rows = virtual.getVirtualItems().map(({ index, start }) => {
    const first = index * columns;
    const places = Array.from({ length: Math.min(columns, list.length - first) }, (_, i) => first + i);
    return { start, places };
  });
  const ids = rows.flatMap(({ places }) => places.map((place) => list[place] ?? 0));
  return { scroller, columns, cell, rows, total: virtual.getTotalSize(), pixels: usePixels(reader, ids) };
}

export function SampleGrid(props: SampleGridProps) {
  const { list, selection } = props;
  const { scroller, columns, cell, rows, total, pixels } = useRows(props);
  const onKeyDown = (event: KeyboardEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const place = isPlain ? placeAfter(event.key, selection.active, list.length, columns) : null;
    if (place !== null) props.onPick(place, { extend: event.shiftKey });
    else if (!props.onKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const found = event.target instanceof Element ? event.target.closest('[data-place]') : null;
    if (!(found instanceof HTMLElement)) return;
    props.onPick(Number(found.dataset['place']), {
      extend: event.shiftKey,
      toggle: event.ctrlKey || event.metaKey,
    });
  };
  const isInSight = rows.some(({ places }) => places.includes(selection.active));
  return (
    <div
      ref={scroller}
      className={styles['grid']}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot hold pictures
      role="listbox"
      aria-label={props.label}
      aria-multiselectable
      aria-activedescendant={isInSight ? `sample-${selection.active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="presentation" style={{ position: 'relative', height: total }}>
        {rows.map(({ start, places }) => (
          <div
            key={start}
            role="presentation"
            className={styles['gridRow']}
            style={{
              transform: `translateY(${start}px)`,
              gridTemplateColumns: `repeat(${columns}, ${cell}px)`,
            }}
          >
            {places.map((place) => (
              <Place key={place} {...props} place={place} pixels={pixels} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Place(props: SampleGridProps & { readonly place: number; readonly pixels: Pixels }) {
  const { place, list, selection, pixels, shape } = props;
  const id = list[place] ?? 0;
  return (
    <Cell
      place={place}
      count={list.length}
      name={props.nameOf(id)}
      caption={props.captionOf(id)}
      shape={shape}
      pixels={pixels.get(id)}
      isChosen={selection.chosen.has(id)}
      isActive={place === selection.active}
    />
  );
}

interface CellProps {
  readonly place: number;
  readonly count: number;
  readonly name: string;
  readonly caption: string;
  readonly shape: ImageShape;
  readonly pixels: Uint8Array | undefined;
  readonly isChosen: boolean;
  readonly isActive: boolean;
}

const Cell = memo(function Cell(props: CellProps) {
  const { place, count, name, caption, shape, pixels, isChosen, isActive } = props;
  return (
    <div
      id={`sample-${place}`}
      data-place={place}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an option of a select cannot hold a picture
      role="option"
      aria-selected={isChosen}
      aria-setsize={count}
      aria-posinset={place + 1}
      aria-label={`${name}: ${caption || 'not labelled'}`}
      title={name}
      className={styles['cell']}
      data-active={isActive || undefined}
    >
      <Picture shape={shape} pixels={pixels} />
      <bdi data-empty={caption === '' || undefined} title={caption}>
        {caption || 'not labelled'}
      </bdi>
    </div>
  );
});

/** Cosines over the depth of the trunk: a row per layer, a column per pair of tasks. One stop of the tab key. */
import { type KeyboardEvent, memo, type SyntheticEvent, useState } from 'react';
import { moved, type Place } from '../../shared/grid-keys.ts';
import { taskColour } from '../../task-colour.ts';
import { cosineColour, cosineText } from '../cosine-colour.ts';
import type { Pair } from '../measured.ts';
import styles from './layers.module.css';

/** Up to this many columns there is room for names above them, and for numbers in the cells. */
const mostNamed = 4;
const mostNumbered = 14;

export interface LayerRow {
  readonly path: string;
  readonly number: string;
  readonly label: string;
  /** Per column. */
  readonly cosines: readonly number[];
}

export interface DepthMapProps {
  readonly rows: readonly LayerRow[];
  readonly pairs: readonly Pair[];
  /** Of the tasks. */
  readonly names: readonly string[];
  /** Path of the layer whose curves are shown. */
  readonly chosen: string;
  readonly onChoose: (path: string, pair: Pair | null) => void;
  /** What the pointer or the focus is on, in words. */
  readonly wordsOf: (row: LayerRow, column: number | null) => string;
}

/** The place of what an event happened to: row, and column with 0 for the layer's name. */
function placeOf({ target }: SyntheticEvent): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
  const [row, column] = (cell?.dataset['cell'] ?? '').split('-').map(Number);
  return row === undefined || column === undefined ? null : [row, column];
}

export function DepthMap(props: DepthMapProps) {
  const { rows, pairs, names, chosen, wordsOf } = props;
  const [pointed, setPointed] = useState<Place | null>(null);
  const { at, handlers } = useGrid(props, setPointed);
  const words = ([row, column]: Place) => {
    const of = rows[row];
    return of ? wordsOf(of, column === 0 ? null : column - 1) : '';
  };
  return (
    <>
      <div className={styles['scroller']}>
        <table
          // A table whose cells are buttons under the arrow keys: the grid pattern of ARIA.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
          role="grid"
          className={styles['map']}
          data-small={pairs.length > mostNumbered || undefined}
          aria-label="Cosines by layer: rows are the shared layers from the input on, columns pairs of tasks"
          {...handlers}
        >
          <PairHeads pairs={pairs} names={names} />
          <tbody>
            {rows.map((row, index) => (
              <MapRow
                key={row.path}
                row={row}
                index={index}
                isChosen={row.path === chosen}
                stop={at[0] === index ? at[1] : null}
                words={(column) => words([index, column])}
              />
            ))}
          </tbody>
        </table>
      </div>
      <output className={styles['sentence']}>
        {pointed ? words(pointed) : 'Click a layer or a cell for its curves over time.'}
      </output>
    </>
  );
}

/** Moving by arrow keys, pointing and choosing; where the tab key stops. */
function useGrid({ rows, pairs, onChoose }: DepthMapProps, onPoint: (place: Place | null) => void) {
  const [focus, setFocus] = useState<Place>([0, 0]);
  const at: Place = [Math.min(focus[0], rows.length - 1), Math.min(focus[1], pairs.length)];
  const handlers = {
    onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
      const next = moved(at, event.key, rows.length, pairs.length + 1);
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      setFocus(next);
      event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join('-')}"]`)?.focus();
    },
    onClick(event: SyntheticEvent) {
      const place = placeOf(event);
      const row = place && rows[place[0]];
      if (!place || !row) return;
      setFocus(place);
      onChoose(row.path, pairs[place[1] - 1] ?? null);
    },
    onPointerOver: (event: SyntheticEvent) => onPoint(placeOf(event)),
    onPointerLeave: () => onPoint(null),
    onFocus(event: SyntheticEvent) {
      const place = placeOf(event);
      if (place) setFocus(place);
      onPoint(place);
    },
    onBlur: () => onPoint(null),
  };
  return { at, handlers };
}

const PairHeads = memo(function PairHeads({ pairs, names }: Pick<DepthMapProps, 'pairs' | 'names'>) {
  return (
    <thead data-narrow={pairs.length > mostNamed || undefined}>
      <tr>
        <th scope="col">Input</th>
        {pairs.map(([i, j]) => (
          <th
            key={`${i}/${j}`}
            scope="col"
            aria-label={`${names[i]} and ${names[j]}`}
            title={`${names[i]} and ${names[j]}`}
          >
            <span className={styles['pair']}>
              <i style={{ background: taskColour(i) }} aria-hidden />
              <i style={{ background: taskColour(j) }} aria-hidden />
              <span>
                {names[i]} · {names[j]}
              </span>
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
});

interface MapRowProps {
  readonly row: LayerRow;
  readonly index: number;
  readonly isChosen: boolean;
  /** The column that the tab key stops at; null in other rows. */
  readonly stop: number | null;
  readonly words: (column: number) => string;
}

function MapRow({ row, index, isChosen, stop, words }: MapRowProps) {
  return (
    <tr data-layer={row.path} data-chosen={isChosen || undefined} aria-selected={isChosen}>
      <th scope="row">
        <button
          type="button"
          data-cell={`${index}-0`}
          tabIndex={stop === 0 ? 0 : -1}
          aria-label={words(0)}
          aria-pressed={isChosen}
        >
          <small>{row.number}</small>
          {row.label}
        </button>
      </th>
      {row.cosines.map((cosine, column) => (
        <td key={column}>
          <button
            type="button"
            data-cell={`${index}-${column + 1}`}
            tabIndex={stop === column + 1 ? 0 : -1}
            aria-label={words(column + 1)}
            style={{ background: cosineColour(cosine) }}
          >
            {cosineText(cosine)}
          </button>
        </td>
      ))}
    </tr>
  );
}

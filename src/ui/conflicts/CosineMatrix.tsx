/** Tasks × tasks as a grid of cosines: one stop of the tab key, arrow keys from cell to cell, Enter to choose a pair. */
import { VisuallyHidden } from '@mantine/core';
import { type KeyboardEvent, memo, type SyntheticEvent, useMemo, useRef, useState } from 'react';
import { moved, type Place } from '../shared/grid-keys.ts';
import { taskColour } from '../task-colour.ts';
import { cosineColour, cosineText, pairSentence } from './cosine-colour.ts';
import { type Pair, pairKey } from './measured.ts';
import { usePaintedCells } from './painted-cells.ts';
import styles from './conflicts.module.css';

export interface MatrixProps {
  readonly names: readonly string[];
  /** [tasks, tasks] */
  readonly cosines: Float64Array;
  /** Of the room for it, in pixels. */
  readonly width: number;
  /** Pairs that are drawn as curves. */
  readonly chosen: readonly Pair[];
  readonly onPoint: (pair: Pair | null) => void;
  readonly onToggle: (pair: Pair) => void;
}

/** Pixels of the row headings. */
const headingWidth = 96;
const largestCell = 68;
/** With many tasks the whole matrix is to be seen at once. */
const manyTasks = 14;
const largestOfMany = 14;
/** Cells at least this wide hold two decimals; smaller ones only a minus sign. */
const numberWidth = 34;
/** Where cells were narrower than this, the names of the tasks are left to the sentence about a cell. */
const namedWidth = 8;
/** Cells at least this wide have their column's name above them as it is read, others turned. */
const wordWidth = 60;

export const CosineMatrix = memo(function CosineMatrix(props: MatrixProps) {
  const { names, cosines, width, chosen } = props;
  const count = names.length;
  const frame = useRef<HTMLDivElement>(null);
  const keys = useMemo(() => new Set(chosen.map(pairKey)), [chosen]);
  const { focus, events } = useGrid(props);
  const largest = count > manyTasks ? largestOfMany : largestCell;
  const widthOf = (headings: number) => Math.min(largest, Math.floor((width - headings) / count) - 1);
  const isNamed = widthOf(headingWidth) >= namedWidth;
  const cell = isNamed ? widthOf(headingWidth) : Math.max(3, widthOf(0));
  const isTight = cell < numberWidth;
  usePaintedCells(frame, isTight ? cosines : null, names, cell);
  return (
    <div className={styles['matrixFrame']} ref={frame}>
      {isTight ? <canvas aria-hidden /> : null}
      <table
        // Cells under the arrow keys: the grid pattern of ARIA.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
        role="grid"
        className={styles['matrix']}
        style={{ '--cell': `${cell}px` }}
        data-named={isNamed}
        data-size={isTight ? 'tight' : cell < wordWidth ? 'usual' : 'roomy'}
        aria-label="Cosine of the gradients of each pair of tasks"
        aria-multiselectable
        {...events}
      >
        <Headings names={names} />
        <tbody>
          {names.map((_, i) => (
            <Row
              key={i}
              i={i}
              names={names}
              cosines={isTight ? null : cosines}
              stop={focus[0] === i ? focus[1] : -1}
              keys={keys}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
});

/** What one does in the grid: point, move by arrow keys, choose. */
function useGrid({ names: { length }, onPoint, onToggle }: MatrixProps) {
  const [focus, setFocus] = useState<Place>([0, 0]);
  const toggle = ([i, j]: Place) => {
    if (i !== j) onToggle(i < j ? [i, j] : [j, i]);
  };
  const events = {
    onPointerOver: (event: SyntheticEvent) => onPoint(placeOfEvent(event)),
    onPointerLeave: () => onPoint(null),
    onFocus: (event: SyntheticEvent) => {
      const place = placeOfEvent(event);
      if (place) setFocus(place);
      onPoint(place);
    },
    onBlur: () => onPoint(null),
    onClick: (event: SyntheticEvent) => {
      const place = placeOfEvent(event);
      if (place) toggle(place);
    },
    onKeyDown: (event: KeyboardEvent<HTMLTableElement>) => {
      const next = moved(focus, event.key, length, length);
      if (next) event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join('-')}"]`)?.focus();
      else if (event.key === 'Enter' || event.key === ' ') toggle(focus);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  return { focus, events };
}

function Headings({ names }: Pick<MatrixProps, 'names'>) {
  return (
    <thead>
      <tr>
        <th>
          <VisuallyHidden>Task</VisuallyHidden>
        </th>
        {names.map((name, j) => (
          <th key={j} scope="col" title={name}>
            <span>{name}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps extends Pick<MatrixProps, 'names'> {
  readonly i: number;
  /** [tasks, tasks]; null where cells are painted. */
  readonly cosines: Float64Array | null;
  /** The cell that the tab key stops at; −1 for none. */
  readonly stop: number;
  /** Of the pairs that are drawn as curves. */
  readonly keys: ReadonlySet<string>;
}

const Row = memo(function Row({ i, names, cosines, stop, keys }: RowProps) {
  return (
    <tr>
      <th scope="row" title={names[i]}>
        <span>
          <i style={{ background: taskColour(i) }} aria-hidden />
          {names[i]}
        </span>
      </th>
      {names.map((_, j) => (
        <Cell
          key={j}
          i={i}
          j={j}
          names={names}
          cosine={cosines && written(i === j ? 1 : cosines[i * names.length + j])}
          isStop={stop === j}
          isChosen={keys.has(pairKey(i < j ? [i, j] : [j, i]))}
        />
      ))}
    </tr>
  );
});

const written = (cosine = Number.NaN) => Math.round(cosine * 100) / 100;

interface CellProps {
  readonly i: number;
  readonly j: number;
  readonly names: readonly string[];
  /** As it is written, so that a cell is drawn anew only when it reads differently; null where it is painted. */
  readonly cosine: number | null;
  readonly isStop: boolean;
  readonly isChosen: boolean;
}

const Cell = memo(function Cell({ i, j, names, cosine, isStop, isChosen }: CellProps) {
  const isDiagonal = i === j;
  const look =
    cosine === null
      ? {}
      : {
          'aria-label': pairSentence(names[i] ?? '', names[j] ?? '', cosine),
          style: isDiagonal ? undefined : { background: cosineColour(cosine) },
        };
  return (
    <td
      tabIndex={isStop ? 0 : -1}
      data-cell={`${i}-${j}`}
      data-diagonal={isDiagonal || undefined}
      aria-selected={isDiagonal ? undefined : isChosen}
      {...look}
    >
      {cosine === null ? null : isDiagonal ? '1' : cosineText(cosine)}
    </td>
  );
});

/** The cell that an event came from. */
function placeOfEvent({ target }: SyntheticEvent): Pair | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
  const [i, j] = cell?.dataset['cell']?.split('-').map(Number) ?? [];
  return i === undefined || j === undefined ? null : [i, j];
}

/** Tasks × tasks as a grid of cosines: one stop of the tab key, arrow keys from cell to cell, Enter to choose a pair. */
import { type KeyboardEvent, memo, type SyntheticEvent, useMemo, useState } from 'react';
import { moved, type Place } from '../shared/grid-keys.ts';
import { taskColour } from '../task-colour.ts';
import { cosineColour, cosineText, pairSentence } from './cosine-colour.ts';
import { type Pair, pairKey } from './measured.ts';
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
/** Cells at least this wide have their column's name above them as it is read, others turned. */
const wordWidth = 60;

export const CosineMatrix = memo(function CosineMatrix(props: MatrixProps) {
  const { names, cosines, width, chosen, onPoint, onToggle } = props;
  const count = names.length;
  const [focus, setFocus] = useState<Place>([0, 0]);
  const keys = useMemo(() => new Set(chosen.map(pairKey)), [chosen]);
  const largest = count > manyTasks ? largestOfMany : largestCell;
  const cell = Math.max(4, Math.min(largest, Math.floor((width - headingWidth) / count) - 1));
  const toggle = ([i, j]: Place) => {
    if (i !== j) onToggle(i < j ? [i, j] : [j, i]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const next = moved(focus, event.key, count, count);
    if (next) event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join('-')}"]`)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') toggle(focus);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <table
      // Cells under the arrow keys: the grid pattern of ARIA.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
      role="grid"
      className={styles['matrix']}
      style={{ '--cell': `${cell}px` }}
      data-size={cell < numberWidth ? 'tight' : cell < wordWidth ? 'usual' : 'roomy'}
      aria-label="Cosine of the gradients of each pair of tasks"
      aria-multiselectable
      onPointerOver={(event) => onPoint(placeOfEvent(event))}
      onPointerLeave={() => onPoint(null)}
      onFocus={(event) => {
        const place = placeOfEvent(event);
        if (place) setFocus(place);
        onPoint(place);
      }}
      onBlur={() => onPoint(null)}
      onClick={(event) => {
        const place = placeOfEvent(event);
        if (place) toggle(place);
      }}
      onKeyDown={onKeyDown}
    >
      <Headings names={names} />
      <tbody>
        {names.map((_, i) => (
          <Row key={i} i={i} names={names} cosines={cosines} cell={cell} focus={focus} keys={keys} />
        ))}
      </tbody>
    </table>
  );
});

function Headings({ names }: Pick<MatrixProps, 'names'>) {
  return (
    <thead>
      <tr>
        <th aria-label="Tasks" />
        {names.map((name, j) => (
          <th key={j} scope="col" title={name}>
            <span>{name}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps extends Pick<MatrixProps, 'names' | 'cosines'> {
  readonly i: number;
  /** Width of a cell, in pixels. */
  readonly cell: number;
  readonly focus: Place;
  /** Of the pairs that are drawn as curves. */
  readonly keys: ReadonlySet<string>;
}

function Row({ i, names, cosines, cell, focus, keys }: RowProps) {
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
          cosine={i === j ? 1 : Math.round((cosines[i * names.length + j] ?? Number.NaN) * 100) / 100}
          hasNumber={cell >= numberWidth}
          isStop={focus[0] === i && focus[1] === j}
          isChosen={keys.has(pairKey(i < j ? [i, j] : [j, i]))}
        />
      ))}
    </tr>
  );
}

interface CellProps {
  readonly i: number;
  readonly j: number;
  readonly names: readonly string[];
  /** Rounded to what is written, so that a cell is drawn anew only when it reads differently. */
  readonly cosine: number;
  readonly hasNumber: boolean;
  readonly isStop: boolean;
  readonly isChosen: boolean;
}

const Cell = memo(function Cell({ i, j, names, cosine, hasNumber, isStop, isChosen }: CellProps) {
  const isDiagonal = i === j;
  return (
    <td
      tabIndex={isStop ? 0 : -1}
      data-cell={`${i}-${j}`}
      data-diagonal={isDiagonal || undefined}
      data-conflict={cosine < 0 || undefined}
      aria-selected={isDiagonal ? undefined : isChosen}
      aria-label={pairSentence(names[i] ?? '', names[j] ?? '', cosine, 2)}
      style={isDiagonal ? undefined : { background: cosineColour(cosine) }}
    >
      {hasNumber ? (isDiagonal ? '1' : cosineText(cosine)) : null}
    </td>
  );
});

/** The cell that an event came from. */
function placeOfEvent({ target }: SyntheticEvent): Pair | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-cell]') : null;
  const [i, j] = cell?.dataset['cell']?.split('-').map(Number) ?? [];
  return i === undefined || j === undefined ? null : [i, j];
}

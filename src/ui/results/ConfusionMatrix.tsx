/** A confusion matrix: rows the truth, columns what the network said; a cell says its sentence, and shows its images. */
import { SegmentedControl } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { moved, type Place } from '../shared/grid-keys.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { ClassTable } from './ClassTable.tsx';
import {
  classScores,
  type Confusion,
  countAt,
  hardestClasses,
  supportOf,
  worstMistakes,
} from './class-scores.ts';
import styles from './results.module.css';

/** More classes than this are not drawn: the hardest are. */
const mostClasses = 40;
/** Up to this many classes there is room for numbers in the cells. */
const mostNumbered = 14;

interface ConfusionMatrixProps {
  readonly confusion: Confusion;
  readonly colour: string;
  /** Shows the images of a class that were called another; null for any. */
  readonly onShow: (truth: number, said: number | null) => void;
}

export function ConfusionMatrix({ confusion, colour, onShow }: ConfusionMatrixProps) {
  const [byRow, setByRow] = useState(false);
  const [cell, setCell] = useState<Cell | null>(null);
  const { classes } = confusion;
  const total = supportOf(confusion).reduce((sum, count) => sum + count, 0);
  if (total === 0) return <p className={styles['hint']}>No image of this part has a label of this task.</p>;
  return (
    <div className={styles['confusion']}>
      <div>
        <div className={styles['confusionHead']}>
          <SegmentedControl
            size="xs"
            aria-label="Numbers in the cells"
            data={[
              { value: 'counts', label: 'Counts' },
              { value: 'share', label: '% of row' },
            ]}
            value={byRow ? 'share' : 'counts'}
            onChange={(value) => setByRow(value === 'share')}
          />
          <output className={styles['sentence']}>
            {cell
              ? sentence(confusion, cell)
              : 'Rows are the truth, columns what was said. Click a cell for its images.'}
          </output>
        </div>
        <Matrix confusion={confusion} colour={colour} byRow={byRow} onCell={setCell} onShow={onShow} />
        {classes.length > mostClasses ? (
          <p className={styles['hint']}>
            The {mostClasses} classes with the most mistakes, of {classes.length}.
          </p>
        ) : null}
        <Worst confusion={confusion} onShow={onShow} />
      </div>
      <ClassTable
        caption="Per class"
        scores={classScores(confusion)}
        colour={colour}
        onShow={(index) => onShow(index, null)}
      />
    </div>
  );
}

interface Cell {
  readonly truth: number;
  readonly said: number;
}

/** "12 of 200 shirt were called coat." */
function sentence(confusion: Confusion, { truth, said }: Cell): string {
  const count = formatCount(countAt(confusion, truth, said));
  const of = formatCount(supportOf(confusion)[truth] ?? 0);
  const [is, called] = [confusion.classes[truth], confusion.classes[said]];
  return truth === said
    ? `${count} of ${of} “${is}” were recognised`
    : `${count} of ${of} “${is}” were called “${called}”`;
}

interface MatrixProps extends ConfusionMatrixProps {
  readonly byRow: boolean;
  readonly onCell: (cell: Cell | null) => void;
}

/** One stop of the tab key; the arrow keys move from cell to cell. */
function Matrix(props: MatrixProps) {
  const { confusion, onCell } = props;
  const shown = hardestClasses(confusion, mostClasses);
  const [focus, setFocus] = useState<Place>([0, 0]);
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const next = moved(focus, event.key, shown.length, shown.length);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    setFocus(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join('-')}"]`)?.focus();
  };
  return (
    <table
      // A table whose cells are buttons under the arrow keys: the grid pattern of ARIA.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
      role="grid"
      className={styles['matrix']}
      data-small={shown.length > mostNumbered || undefined}
      aria-label="Confusion matrix: rows are the truth, columns what was said"
      onPointerLeave={() => onCell(null)}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          <th className={styles['corner']}>true ↓ said →</th>
          {shown.map((said) => (
            <th key={said} scope="col">
              <span>{confusion.classes[said]}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((truth, row) => (
          <Row key={truth} {...props} shown={shown} row={row} focus={focus} onFocus={setFocus} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends MatrixProps {
  /** Indices of the classes that are drawn. */
  readonly shown: readonly number[];
  readonly row: number;
  readonly focus: Place;
  readonly onFocus: (place: Place) => void;
}

function Row({ confusion, colour, byRow, onCell, onShow, shown, row, focus, onFocus }: RowProps) {
  const truth = shown[row] ?? 0;
  const support = Math.max(1, supportOf(confusion)[truth] ?? 0);
  return (
    <tr>
      <th scope="row">{confusion.classes[truth]}</th>
      {shown.map((said, column) => {
        const count = countAt(confusion, truth, said);
        const percent = tint(count / support);
        return (
          <td key={said}>
            <button
              type="button"
              data-cell={`${row}-${column}`}
              data-diagonal={truth === said || undefined}
              tabIndex={focus[0] === row && focus[1] === column ? 0 : -1}
              aria-label={sentence(confusion, { truth, said })}
              style={{ background: `color-mix(in srgb, ${colour} ${percent}%, var(--surface-sunken))` }}
              onPointerEnter={() => onCell({ truth, said })}
              onFocus={() => {
                onFocus([row, column]);
                onCell({ truth, said });
              }}
              onBlur={() => onCell(null)}
              onClick={() => onShow(truth, said)}
            >
              {count === 0 ? '' : byRow ? Math.round((count / support) * 100) : count}
            </button>
          </td>
        );
      })}
    </tr>
  );
}

/** Per cent of the task's colour in a cell: rises steeply, so that rare mistakes show; stays pale enough to write on. */
const tint = (share: number) => (share === 0 ? 0 : Math.round(5 + 40 * Math.sqrt(share)));

function Worst({ confusion, onShow }: Pick<ConfusionMatrixProps, 'confusion' | 'onShow'>) {
  const worst = worstMistakes(confusion, 3);
  if (worst.length === 0) return null;
  return (
    <div className={styles['worst']}>
      <h3>Most frequent mistakes</h3>
      <ol>
        {worst.map((mistake) => (
          <li key={`${mistake.truth}-${mistake.said}`}>
            <TextButton onClick={() => onShow(mistake.truth, mistake.said)}>
              {sentence(confusion, mistake)}
            </TextButton>
          </li>
        ))}
      </ol>
    </div>
  );
}

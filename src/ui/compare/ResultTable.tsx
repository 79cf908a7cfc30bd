/** The table itself: heads that sort, rows drawn a few at a time. */
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo, startTransition, useEffect, useMemo, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { taskColour } from '../task-colour.ts';
import { RunMark } from './RunMark.tsx';
import {
  type Cell,
  type Column,
  type ColumnGroup,
  nextSort,
  type Row,
  type RunTable,
  type Sort,
} from './table-data.ts';
import styles from './table.module.css';

/** Cells drawn at once: some thousand would hold up the page for longer than it may be. */
const cellsPerTurn = 500;

/** How many of the rows to draw: more with every turn, until all are there. */
function useGrowing(rows: number, columns: number): number {
  const perTurn = Math.max(5, Math.ceil(cellsPerTurn / (columns + 1)));
  const [count, setCount] = useState(perTurn);
  useEffect(() => {
    if (count >= rows) return undefined;
    const timer = setTimeout(() => startTransition(() => setCount(count + perTurn)));
    return () => clearTimeout(timer);
  }, [count, rows, perTurn]);
  return count;
}

interface ResultTableProps {
  readonly table: RunTable;
  /** Those of the table in the order in which they are shown. */
  readonly rows: readonly Row[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

/** The column of names, which sorts like the others. */
const runColumn: Column = {
  id: 'run',
  name: 'run',
  short: 'Run',
  unit: 'text',
  direction: null,
  isResult: false,
};

export function ResultTable({ table, rows, sort, onSort }: ResultTableProps) {
  const { groups, columns } = table;
  const drawn = useGrowing(rows.length, columns.length);
  // The same set all along: rows are drawn again only where they changed.
  const firsts = useMemo(() => new Set(groups.map((group) => group.columns[0]?.id)), [groups]);
  const head = (column: Column) => (
    <Head
      key={column.id}
      column={column}
      isFirst={firsts.has(column.id)}
      sort={sort?.column === column.id ? sort : null}
      onSort={() => onSort(nextSort(sort, column))}
    />
  );
  return (
    <div className={styles['scroller']}>
      <table className={styles['table']} aria-label="Runs and their results">
        <thead>
          <tr>
            <td className={styles['corner']}>
              {rows.length === 1 ? 'one row' : `${formatCount(rows.length)} rows`}
            </td>
            {groups.map((group) => (
              <GroupHead key={`${group.name} ${group.columns[0]?.id}`} group={group} />
            ))}
          </tr>
          <tr>
            {head(runColumn)}
            {columns.map(head)}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, drawn).map((row) => (
            <TableRow key={row.key} row={row} columns={columns} firsts={firsts} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GroupHead({ group: { name, task, columns } }: { readonly group: ColumnGroup }) {
  return (
    <th scope="colgroup" colSpan={columns.length}>
      <span>
        {task === null ? null : <i style={{ background: taskColour(task) }} aria-hidden />}
        {name}
      </span>
    </th>
  );
}

interface HeadProps {
  readonly column: Column;
  /** Whether it is the first of its group. */
  readonly isFirst: boolean;
  /** How the table is sorted, where it is by this column. */
  readonly sort: Sort | null;
  readonly onSort: () => void;
}

const betterWords = { higher: 'higher is better', lower: 'lower is better' } as const;

function Head({ column, isFirst, sort, onSort }: HeadProps) {
  const { name, short, unit, direction, isResult } = column;
  const better = isResult && direction ? `, ${betterWords[direction]}` : '';
  const Arrow = sort?.falling ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sort ? (sort.falling ? 'descending' : 'ascending') : 'none'}
      data-text={unit === 'text' || undefined}
      data-first={isFirst || undefined}
    >
      <button
        type="button"
        aria-label={`Sort by ${name}${better}`}
        title={`${name}${better}`}
        onClick={onSort}
      >
        <span>{short}</span>
        {sort ? <Arrow size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}

interface TableRowProps {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly firsts: ReadonlySet<string | undefined>;
}

/** Plain elements throughout: some thousand cells are drawn. */
const TableRow = memo(function TableRow({ row, columns, firsts }: TableRowProps) {
  const { first, name, numbers } = row;
  return (
    <tr>
      <th scope="row" title={name}>
        <span className={styles['run']}>
          <span className={styles['number']}>
            {numbers.length > 2 ? `${numbers[0]}…` : numbers.join(', ')}
          </span>
          <RunMark run={first} />
          <span className={styles['name']}>{name}</span>
        </span>
      </th>
      {columns.map((column, i) => {
        const cell = row.cells[i];
        return cell ? (
          <CellOf
            key={column.id}
            cell={cell}
            isText={column.unit === 'text'}
            isFirst={firsts.has(column.id)}
          />
        ) : null;
      })}
    </tr>
  );
});

interface CellOfProps {
  readonly cell: Cell;
  readonly isText: boolean;
  readonly isFirst: boolean;
}

function CellOf({ cell: { text, title, isBest }, isText, isFirst }: CellOfProps) {
  return (
    <td
      title={title || undefined}
      data-text={isText || undefined}
      data-first={isFirst || undefined}
      data-best={isBest || undefined}
      data-none={text === '–' || undefined}
    >
      {isBest ? (
        <span className={styles['star']}>
          <span aria-hidden>★</span>
          <span className={styles['unseen']}>best: </span>
        </span>
      ) : null}
      {isText ? <span className={styles['text']}>{text}</span> : text}
    </td>
  );
}

/** Members and combinations side by side: a row each, columns by task, the best of a column marked. */
import { ScrollArea, VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { formatCount, formatPercent } from '#lib/format.ts';
import type { Ensemble, Member } from '#stores/ensembles.ts';
import { RunMark } from '../compare/RunMark.tsx';
import { taskColour } from '../task-colour.ts';
import {
  columnsOf,
  type Measure,
  rowsOf,
  type TableCell,
  type TableColumn,
  type TableRow,
} from './table-data.ts';
import { ways } from './words.ts';
import styles from './ensembles.module.css';

interface EnsembleTableProps {
  readonly ensemble: Ensemble;
  readonly measure: Measure;
}

export function EnsembleTable({ ensemble, measure }: EnsembleTableProps) {
  const columns = useMemo(() => columnsOf(ensemble, measure), [ensemble, measure]);
  const rows = useMemo(() => rowsOf(ensemble, columns), [ensemble, columns]);
  const isFirst = (c: number) => columns[c - 1]?.index !== columns[c]?.index;
  return (
    <ScrollArea
      type="auto"
      offsetScrollbars="present"
      className={styles['scroller'] ?? ''}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Members and combinations' }}
    >
      <table className={styles['table']} aria-label="Members and combinations">
        <Head columns={columns} isFirst={isFirst} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.source} data-way={typeof row.source === 'string' || undefined}>
              <th scope="row">
                <RowHead row={row} members={ensemble.members} />
              </th>
              {row.cells.map((cell, c) => (
                <td key={c} data-first={isFirst(c) || undefined} data-best={cell.isBest || undefined}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface HeadProps {
  readonly columns: readonly TableColumn[];
  readonly isFirst: (column: number) => boolean;
}

function Head({ columns, isFirst }: HeadProps) {
  const groups = columns.filter((_, c) => isFirst(c));
  return (
    <thead>
      <tr>
        <td className={styles['corner']}>the best of a column has a star</td>
        {groups.map(({ task, index }) => (
          <th
            key={task.id}
            scope="colgroup"
            colSpan={columns.filter((column) => column.index === index).length}
            data-first
          >
            <i style={{ background: taskColour(index) }} aria-hidden />
            {task.name}
          </th>
        ))}
      </tr>
      <tr>
        <th scope="col">Member or combination</th>
        {columns.map(({ task, quantity }, c) => (
          <th
            key={`${task.id} ${quantity.id}`}
            scope="col"
            data-first={isFirst(c) || undefined}
            title={quantity.direction === 'higher' ? 'higher is better' : 'lower is better'}
          >
            {quantity.name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowHeadProps {
  readonly row: TableRow;
  readonly members: readonly Member[];
}

function RowHead({ row: { source }, members }: RowHeadProps) {
  if (typeof source === 'string') {
    const { name, what, when } = ways[source];
    return (
      <div className={styles['way']}>
        <b>{name}</b>
        <small>
          {what} {when}
        </small>
      </div>
    );
  }
  const member = members[source];
  if (!member) return null;
  return (
    <span className={styles['run']} title={member.name}>
      <RunMark run={member.record} />
      <span>{member.name}</span>
      <small>step {formatCount(member.step)}</small>
    </span>
  );
}

function Cell({ cell: { value, text, isBest, weight, difference } }: { readonly cell: TableCell }) {
  if (Number.isNaN(value)) return <span className={styles['none']}>–</span>;
  return (
    <>
      <span className={styles['value']}>
        {isBest ? (
          <span className={styles['star']}>
            <span aria-hidden>★</span>
            <VisuallyHidden>best: </VisuallyHidden>
          </span>
        ) : null}
        {text}
      </span>
      {weight === null ? null : <small>weight {formatPercent(weight)}</small>}
      {difference ? (
        <small data-better={difference.isBetter} title="Against the best member">
          {difference.text}
        </small>
      ) : null}
    </>
  );
}

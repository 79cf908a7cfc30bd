/** The answers of the methods side by side, to sort by any column, with a way to switch. */
import { memo, useState } from 'react';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Task } from '#experiment/tasks/index.ts';
import { useRun } from '#stores/run-state.ts';
import { chooseMethod } from '../../tasks/edits.ts';
import { taskColour } from '../../task-colour.ts';
import { cosineColour, cosineText } from '../cosine-colour.ts';
import { signedText, weightText } from './answer-text.ts';
import { type Answer, type Column, sortedBy, valueIn } from './directions.ts';
import styles from './what-if.module.css';

export const groups = ['weights', 'alignment', 'change'] as const;
/** A number per task. */
export type Group = (typeof groups)[number];
export const groupNames: Readonly<Record<Group, string>> = {
  weights: 'Weights',
  alignment: 'Agreement',
  change: 'Change of loss',
};

interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

interface AnswerTableProps {
  readonly answers: readonly Answer[];
  /** Groups of columns that there is room for. */
  readonly groups: readonly Group[];
  readonly inUse: string;
}

const none: readonly Task[] = [];

export function AnswerTable({ answers, groups: shown, inUse }: AnswerTableProps) {
  const tasks = useRun(({ experiment }) => experiment?.tasks ?? none);
  const [order, setOrder] = useState<Order | null>(null);
  const sorted = order ? sortedBy(answers, order.column, order.descending) : answers;
  return (
    // Scrolls sideways where there are many tasks, by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles['scroller']} tabIndex={0} aria-label="What every method would do">
      <table className={styles['answers']}>
        <Head tasks={tasks} groups={shown} order={order} onOrder={setOrder} />
        <tbody>
          {sorted.map((answer) => (
            <Row
              key={answer.id}
              answer={answer}
              groups={shown}
              tasks={tasks.length}
              inUse={answer.id === inUse}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps {
  readonly tasks: readonly Task[];
  readonly groups: readonly Group[];
  readonly order: Order | null;
  readonly onOrder: (order: Order | null) => void;
}

/** The columns of a group: one per task and, where that says something, one for all. */
function columnsOf(group: Group, tasks: number): Column[] {
  const each = Array.from({ length: tasks }, (_, task): Column => ({ of: group, task }));
  if (group === 'alignment') return [...each, { of: 'lowest' }];
  return group === 'change' ? [...each, { of: 'mean' }] : each;
}

function Head({ tasks, groups: shown, order, onOrder }: HeadProps) {
  const sortable = { order, onOrder };
  return (
    <thead>
      <tr>
        <th scope="col" rowSpan={2} aria-sort={sortOf(order, { of: 'name' })}>
          <SortButton {...sortable} column={{ of: 'name' }} label="Method" />
        </th>
        {shown.map((group) => (
          <th key={group} scope="colgroup" colSpan={columnsOf(group, tasks.length).length} data-group>
            {groupNames[group]}
          </th>
        ))}
        <th scope="col" rowSpan={2}>
          <span className={styles['hidden']}>Switch</span>
        </th>
      </tr>
      <tr>
        {shown.map((group) =>
          columnsOf(group, tasks.length).map((column, index) => (
            <th
              key={`${group} ${index}`}
              scope="col"
              data-number
              data-group={index === 0 || undefined}
              aria-sort={sortOf(order, column)}
            >
              <SortButton {...sortable} column={column} {...headOf(column, tasks)} />
            </th>
          )),
        )}
      </tr>
    </thead>
  );
}

/** What stands above a column. */
function headOf(
  column: Column,
  tasks: readonly Task[],
): { readonly label: string; readonly colour?: string } {
  switch (column.of) {
    case 'name':
      return { label: 'Method' };
    case 'lowest':
    case 'mean':
      return { label: column.of };
    default:
      return { label: tasks[column.task]?.name ?? '', colour: taskColour(column.task) };
  }
}

const isSame = (a: Column, b: Column) => JSON.stringify(a) === JSON.stringify(b);

function sortOf(order: Order | null, column: Column) {
  if (!order || !isSame(order.column, column)) return 'none';
  return order.descending ? 'descending' : 'ascending';
}

interface SortButtonProps {
  readonly column: Column;
  readonly label: string;
  readonly colour?: string;
  readonly order: Order | null;
  readonly onOrder: (order: Order | null) => void;
}

/** Sorts, sorts the other way round, and brings back the list's own order. */
function SortButton({ column, label, colour, order, onOrder }: SortButtonProps) {
  const sort = sortOf(order, column);
  // What is better comes first: high agreement, and losses that fall.
  const first = column.of === 'weights' || column.of === 'alignment' || column.of === 'lowest';
  const next = () => {
    if (sort === 'none') return onOrder({ column, descending: first });
    return onOrder((sort === 'descending') === first ? { column, descending: !first } : null);
  };
  const Arrow = sort === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <button type="button" className={styles['sort']} title={label} onClick={next}>
      {colour ? <i style={{ background: colour }} aria-hidden /> : null}
      <span>{label}</span>
      {sort === 'none' ? null : <Arrow size={11} aria-hidden />}
    </button>
  );
}

interface RowProps {
  readonly answer: Answer;
  readonly groups: readonly Group[];
  readonly tasks: number;
  readonly inUse: boolean;
}

const Row = memo(function Row({ answer, groups: shown, tasks, inUse }: RowProps) {
  return (
    <tr data-method={answer.id} data-in-use={inUse || undefined}>
      <th scope="row">
        <span className={styles['name']}>{answer.name}</span>
        <Marks answer={answer} inUse={inUse} />
      </th>
      {'direction' in answer ? (
        shown.map((group) =>
          columnsOf(group, tasks).map((column, index) => (
            <NumberCell
              key={`${group} ${index}`}
              group={group}
              value={valueIn(answer, column)}
              starts={index === 0}
            />
          )),
        )
      ) : (
        <td className={styles['reason']} colSpan={shown.flatMap((group) => columnsOf(group, tasks)).length}>
          Cannot be told: it {answer.reason}.
        </td>
      )}
      <td className={styles['switch']}>
        {inUse ? (
          <b>in use</b>
        ) : (
          <button type="button" aria-label={`Use it: ${answer.name}`} onClick={() => chooseMethod(answer.id)}>
            Use it
          </button>
        )}
      </td>
    </tr>
  );
});

function Marks({ answer, inUse }: { readonly answer: Answer; readonly inUse: boolean }) {
  if (!('direction' in answer)) return null;
  const words = [
    ...(answer.isStart ? [inUse ? 'as at its start, until the next step' : 'as at its start'] : []),
    ...(answer.isDrawn ? ['one draw'] : []),
    ...(answer.direction.size > 0 ? [] : ['no direction left']),
  ];
  return words.length > 0 ? <small>{words.join(', ')}</small> : null;
}

interface NumberCellProps {
  readonly group: Group;
  readonly value: number;
  /** Whether a group of columns starts with it. */
  readonly starts: boolean;
}

function NumberCell({ group, value, starts }: NumberCellProps) {
  const place = { 'data-number': true, 'data-group': starts || undefined };
  switch (group) {
    case 'weights':
      return <td {...place}>{weightText(value)}</td>;
    case 'alignment':
      return (
        <td {...place}>
          <span className={styles['cosine']} style={{ background: cosineColour(value) }}>
            {cosineText(value)}
          </span>
        </td>
      );
    case 'change':
      return (
        <td {...place} data-rises={value > 0 || undefined}>
          {signedText(value)}
        </td>
      );
  }
}

/** Class balance: one row of small bars per label column, the numbers by class and part on demand. */
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { LabelColumn } from '#data/dataset.ts';
import { splitNames } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import type { DatasetSummary } from '#stores/dataset.ts';
import { taskColour } from '../task-colour.ts';
import { type Balance, useBalance } from './balance.ts';
import styles from './data.module.css';
import { Imbalance } from './Imbalance.tsx';

export function ClassBalance({ summary }: { readonly summary: DatasetSummary }) {
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <div className={styles['balance']}>
      {summary.columns.map((column) => {
        const task = tasks.findIndex((each) => each.column === column.info.id);
        return (
          <ColumnBalance
            key={column.info.id}
            column={column}
            split={summary.split}
            colour={task < 0 ? 'var(--ink-faint)' : taskColour(task)}
          />
        );
      })}
    </div>
  );
}

/** A sign beside the name where a class cannot be learnt, so that it is seen before the table is opened. */
function Warning({
  column,
  balance,
}: {
  readonly column: LabelColumn;
  readonly balance: Balance | undefined;
}) {
  if (!balance || column.info.kind === 'number') return null;
  const empty = balance.parts.train.counts.filter((count) => count === 0).length;
  if (empty === 0) return null;
  const words = `${formatCount(empty)} of its classes ${empty === 1 ? 'has' : 'have'} no training image`;
  return (
    <span className={styles['warning']} title={words}>
      <IconAlertTriangle size={13} aria-hidden />
      <span>{words}</span>
    </span>
  );
}

interface ColumnBalanceProps {
  readonly column: LabelColumn;
  readonly split: DatasetSummary['split'];
  readonly colour: string;
}

function ColumnBalance({ column, split, colour }: ColumnBalanceProps) {
  const [open, setOpen] = useState(false);
  const balance = useBalance(column, split);
  const { info } = column;
  const most = Math.max(1, ...(balance?.parts.train.counts ?? []));
  return (
    <div style={{ '--task': colour }}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={12} aria-hidden />
        <span title={info.name}>
          <bdi>{info.name}</bdi>
        </span>
        <Warning column={column} balance={balance} />
        <span className={styles['bars']} aria-hidden>
          {balance?.parts.train.counts.map((count, i) => (
            <i key={i} style={{ height: `${(count / most) * 100}%` }} />
          ))}
        </span>
      </button>
      {open && balance ? (
        <>
          <BalanceTable balance={balance} most={most} />
          <Imbalance info={info} counts={balance.parts.train} />
        </>
      ) : null}
    </div>
  );
}

function BalanceTable({ balance, most }: { readonly balance: Balance; readonly most: number }) {
  const missing = splitNames.some((part) => balance.parts[part].missing > 0);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{balance.heading}</th>
          <th scope="col">train</th>
          <th scope="col">val</th>
          <th scope="col">test</th>
        </tr>
      </thead>
      <tbody>
        {balance.names.map((name, i) => (
          <tr key={`${i} ${name}`}>
            <th scope="row" style={{ '--share': `${((balance.parts.train.counts[i] ?? 0) / most) * 100}%` }}>
              <bdi title={name}>{name}</bdi>
            </th>
            {splitNames.map((part) => (
              <td key={part}>{formatCount(balance.parts[part].counts[i] ?? 0)}</td>
            ))}
          </tr>
        ))}
        {missing ? (
          <tr>
            <th scope="row">not labelled</th>
            {splitNames.map((part) => (
              <td key={part}>{formatCount(balance.parts[part].missing)}</td>
            ))}
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

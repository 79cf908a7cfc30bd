/** All columns: those that seem to be tasks first, the rest folded away; many of them a page at a time. */
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ColumnView } from '#data/importing/import-view.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { ColumnRow } from './ColumnRow.tsx';

const perPage = 30;
/** So few are not worth folding away. */
const fewIgnored = 2;

function Rows({ columns, label }: { readonly columns: readonly ColumnView[]; readonly label: string }) {
  const [shown, setShown] = useState(perPage);
  return (
    <>
      <ul className={styles['columns']} aria-label={label}>
        {columns.slice(0, shown).map((column) => (
          <ColumnRow key={column.key} column={column} />
        ))}
      </ul>
      {columns.length > shown ? (
        <TextButton onClick={() => setShown(shown + perPage)}>
          Show {Math.min(perPage, columns.length - shown)} more of {columns.length} columns
        </TextButton>
      ) : null}
    </>
  );
}

export function ColumnList({ columns }: { readonly columns: readonly ColumnView[] }) {
  const proposed = columns.filter(({ guessed }) => guessed.kind !== 'ignore');
  const others = columns.filter(({ guessed }) => guessed.kind === 'ignore');
  const used = others.some(({ plan }) => plan.kind !== 'ignore');
  const [open, setOpen] = useState(others.length <= fewIgnored || proposed.length === 0);
  return (
    <>
      {proposed.length > 0 ? <Rows columns={proposed} label="Columns of labels" /> : null}
      {others.length > 0 ? (
        <>
          <button
            type="button"
            className={styles['fold']}
            aria-expanded={open || used}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={13} aria-hidden />
            {others.length === 1 ? 'One column' : `${others.length} columns`} proposed as no task
          </button>
          {open || used ? <Rows columns={others} label="Columns proposed as no task" /> : null}
        </>
      ) : null}
    </>
  );
}

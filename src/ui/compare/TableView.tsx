/** Runs × results as a table: what differs, every task's figures with the best marked, what it cost. */
import { Button, Checkbox } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { useDeferredValue, useMemo } from 'react';
import { setCompare, useCompare } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';
import { saveFile } from '../charts/save-file.ts';
import { tell, tellError } from '../shell/notices.ts';
import { PartField } from './PartField.tsx';
import { ResultTable } from './ResultTable.tsx';
import { seedGroups } from './seed-groups.ts';
import { csvOf, markdownOf, type RunTable, type Sort, sorted, tableOf } from './table-data.ts';
import { caveatsOf, type Part, parts, partWords } from './table-measures.ts';
import styles from './table.module.css';
import { useChoice, useExtra } from './use-extra.ts';

const none: readonly RunRecord[] = [];

interface TableViewProps {
  readonly runs: readonly RunRecord[];
}

/** How it is sorted, in the address: a column's id, with a minus before it where the largest is first. */
function useSort(): [sort: Sort | null, set: (sort: Sort | null) => void] {
  const [text, setText] = useExtra('sort');
  const sort = useMemo(
    () => (text === null ? null : { column: text.replace(/^-/, ''), falling: text.startsWith('-') }),
    [text],
  );
  return [sort, (next) => setText(next && `${next.falling ? '-' : ''}${next.column}`)];
}

export function TableView({ runs }: TableViewProps) {
  // Drawn when there is time, in pieces: there may be hundreds of runs, and one that trains has another record every second.
  const shown = useDeferredValue(runs, none);
  const [part, setPart] = useChoice('part', parts);
  const [metrics, setMetrics] = useChoice('metrics', ['main', 'all']);
  const [sort, setSort] = useSort();
  const folded = useCompare(({ spread }) => spread);
  const allMetrics = metrics === 'all';
  const options = useDeferredValue(useMemo(() => ({ part, allMetrics, folded }), [part, allMetrics, folded]));
  const order = useDeferredValue(sort);
  const table = useMemo(() => tableOf(shown, options), [shown, options]);
  const rows = useMemo(() => sorted(table, order), [table, order]);
  const canFold = useMemo(() => seedGroups(shown).length < shown.length, [shown]);
  if (shown === none) return null;
  return (
    <div className={styles['view']}>
      <div className={styles['bar']}>
        <PartField part={part} onPart={setPart} />
        <Checkbox
          size="xs"
          label="All metrics"
          checked={allMetrics}
          onChange={(event) => setMetrics(event.currentTarget.checked ? 'all' : 'main')}
        />
        {canFold || folded ? (
          <Checkbox
            size="xs"
            label="Seeds as mean ± std"
            checked={folded}
            onChange={(event) => setCompare({ spread: event.currentTarget.checked })}
          />
        ) : null}
        <Taking table={{ ...table, rows }} />
      </div>
      <Words runs={shown} part={part} folded={folded && canFold} />
      <ResultTable table={table} rows={rows} sort={order} onSort={setSort} />
    </div>
  );
}

interface WordsProps {
  readonly runs: readonly RunRecord[];
  readonly part: Part;
  readonly folded: boolean;
}

/** What the figures are of, and what speaks against laying them side by side. */
function Words({ runs, part, folded }: WordsProps) {
  const caveats = useMemo(() => caveatsOf(runs, part), [runs, part]);
  return (
    <div className={styles['words']}>
      <p className="soft">
        {partWords[part]} ★ is the best of a column
        {folded ? ', by the mean; ± is the standard deviation of a sample' : ''}.
      </p>
      {caveats.length > 0 ? (
        <ul className={styles['caveats']} aria-label="Before you compare">
          {caveats.map((caveat) => (
            <li key={caveat}>{caveat}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** Ways to take the table away, in the order in which it stands. */
function Taking({ table }: { readonly table: RunTable }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(markdownOf(table));
      tell('Table copied', 'It is in Markdown, as it is shown.');
    } catch {
      tellError('The table was not copied', 'The browser does not let the page write to the clipboard.');
    }
  };
  return (
    <div className={styles['taking']}>
      <Button
        size="compact-sm"
        leftSection={<IconDownload size={14} aria-hidden />}
        onClick={() => saveFile(new Blob([csvOf(table)], { type: 'text/csv' }), 'trunkline-runs.csv')}
      >
        CSV
      </Button>
      <Button
        size="compact-sm"
        leftSection={<IconCopy size={14} aria-hidden />}
        aria-label="Copy as Markdown"
        onClick={() => void copy()}
      >
        Markdown
      </Button>
    </div>
  );
}

/** The runs as a table: a row each, and below the row that is unfolded all that is known of its run. */
import { startTransition, useCallback, useEffect, useState } from 'react';
import { capsulesStore } from '#stores/capsules.ts';
import { useLibrary, type RunRecord } from '#stores/library.ts';
import type { Wish } from './opening.ts';
import { RunRow } from './RunRow.tsx';
import styles from './runs.module.css';

/** Rows drawn at once: a few hundred would hold up the page for longer than it may be. */
const perTurn = 30;

/** How many of some rows to draw: more with every turn, until all are there. */
function useGrowing(most: number): number {
  const [count, setCount] = useState(perTurn);
  useEffect(() => {
    if (count >= most) return undefined;
    const timer = setTimeout(() => startTransition(() => setCount(count + perTurn)));
    return () => clearTimeout(timer);
  }, [count, most]);
  return count;
}

interface RunsTableProps {
  readonly runs: readonly RunRecord[];
  readonly onOpen: (wish: Wish) => void;
  readonly onDelete: (record: RunRecord) => void;
}

export function RunsTable({ runs, onOpen, onDelete }: RunsTableProps) {
  const current = useLibrary((library) => library.current);
  const elsewhere = useLibrary((library) => library.elsewhere);
  const [unfolded, setUnfolded] = useState(() => capsulesStore.getState().opened);
  const [now] = useState(() => new Date());
  const toggle = useCallback((id: string) => setUnfolded((before) => (before === id ? null : id)), []);
  const drawn = useGrowing(runs.length);
  if (runs.length === 0) return <p className={styles['empty']}>No run is called or described like that.</p>;
  return (
    <div className={styles['scroller']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Best mean</th>
            <th scope="col">Best of each task</th>
            <th scope="col">Steps</th>
            <th scope="col">Trained</th>
            <th scope="col">Begun</th>
            <th scope="col">Size</th>
            <th scope="col">
              <span className={styles['unseen']}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.slice(0, drawn).map((record) => (
            <RunRow
              key={record.id}
              record={record}
              isCurrent={record.id === current}
              isElsewhere={elsewhere.has(record.id)}
              now={now}
              isUnfolded={record.id === unfolded}
              onToggle={toggle}
              onOpen={onOpen}
              onDelete={onDelete}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The runs as a table: a row each, and below the row that is unfolded all that is known of its run. */
import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { capsulesStore } from '#stores/capsules.ts';
import { useLibrary, type RunRecord } from '#stores/library.ts';
import type { Wish } from './opening.ts';
import { RunRow } from './RunRow.tsx';
import styles from './runs.module.css';

/** Rows drawn in one go: many would hold up the page for longer than it may be. */
const perTurn = 10;
/** Rows drawn before anyone scrolls: more than a window shows. */
const atFirst = 30;

/**
 * How many of some rows to draw: a few at a time, more as the end of those that there are comes near.
 * @param question what the rows answer: with another one it begins anew
 */
function useGrowing(most: number, question: string) {
  const [grown, setGrown] = useState({ question, count: 0, wanted: atFirst });
  const isSame = grown.question === question;
  const count = isSame ? grown.count : Math.min(grown.count, atFirst);
  const wanted = Math.min(most, isSame ? grown.wanted : atFirst);
  useEffect(() => {
    if (count >= wanted) return undefined;
    const next = { question, count: count + perTurn, wanted };
    const timer = setTimeout(() => startTransition(() => setGrown(next)));
    return () => clearTimeout(timer);
  }, [question, count, wanted]);
  const end = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (!end.current || count < wanted || count >= most) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setGrown({ question, count, wanted: count + atFirst });
      },
      { rootMargin: '600px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [question, count, wanted, most]);
  return { count, end };
}

interface RunsTableProps {
  readonly runs: readonly RunRecord[];
  /** What they were filtered by. */
  readonly question: string;
  readonly onOpen: (wish: Wish) => void;
  readonly onDelete: (record: RunRecord) => void;
}

export function RunsTable({ runs, question, onOpen, onDelete }: RunsTableProps) {
  const current = useLibrary((library) => library.current);
  const elsewhere = useLibrary((library) => library.elsewhere);
  const [unfolded, setUnfolded] = useState(() => capsulesStore.getState().opened);
  const [now] = useState(() => new Date());
  const toggle = useCallback((id: string) => setUnfolded((before) => (before === id ? null : id)), []);
  const { count: drawn, end } = useGrowing(runs.length, question);
  if (runs.length === 0) return <p className={styles['empty']}>No run is called or described like that.</p>;
  return (
    <div className={styles['scroller']}>
      <table className={styles['table']} aria-rowcount={runs.length + 1}>
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
          {drawn < runs.length ? <tr ref={end} aria-hidden="true" className={styles['end']} /> : null}
        </tbody>
      </table>
    </div>
  );
}

/** The runs of the plots as a list: told by number and colour, pointed at by pointer or key, kept in view by a click. */
import { RunMark } from './RunMark.tsx';
import type { RowHead } from './table-data.ts';
import styles from './trade-offs.module.css';

interface TradeOffsRunsProps {
  readonly heads: readonly RowHead[];
  /** What is said of a run beside its name: "on the front". */
  readonly said: (head: RowHead) => string;
  /** Whether a run is to be told apart from the others: filtered out, or dominated. */
  readonly isFaint: (head: RowHead) => boolean;
  readonly lit: string | null;
  readonly pinned: string | null;
  readonly onLit: (key: string | null) => void;
  readonly onPin: (key: string) => void;
}

export function TradeOffsRuns({ heads, said, isFaint, lit, pinned, onLit, onPin }: TradeOffsRunsProps) {
  return (
    <ul className={styles['runs']} aria-label="Runs in the plots">
      {heads.map((head) => (
        <li key={head.key}>
          <button
            type="button"
            title={head.name}
            aria-pressed={head.key === pinned}
            data-lit={head.key === lit || undefined}
            data-faint={isFaint(head) || undefined}
            onPointerEnter={() => onLit(head.key)}
            onPointerLeave={() => onLit(null)}
            onFocus={() => onLit(head.key)}
            onBlur={() => onLit(null)}
            onClick={() => onPin(head.key)}
          >
            <span className={styles['number']}>{head.numbers[0]}</span>
            <RunMark run={head.first} />
            <span className={styles['name']}>{head.name}</span>
            <small>{said(head)}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

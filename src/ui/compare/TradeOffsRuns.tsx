/** The runs of the plots as a list: told by number and colour, pointed at by pointer or key, kept in view by a click. */
import { memo } from 'react';
import { useMarked, usePointer } from './pointing.tsx';
import { RunMark } from './RunMark.tsx';
import type { RowHead } from './table-data.ts';
import styles from './trade-offs.module.css';

interface TradeOffsRunsProps {
  readonly heads: readonly RowHead[];
  /** What is said of a run beside its name: "front". */
  readonly said: (head: RowHead) => string;
  /** Whether others are worth more of a look. */
  readonly isFaint: (head: RowHead) => boolean;
}

export function TradeOffsRuns({ heads, said, isFaint }: TradeOffsRunsProps) {
  return (
    <ul className={styles['runs']} aria-label="Runs in the plots">
      <Items items={heads.map((head) => ({ head, said: said(head), isFaint: isFaint(head) }))} />
    </ul>
  );
}

interface Item {
  readonly head: RowHead;
  readonly said: string;
  readonly isFaint: boolean;
}

function Items({ items }: { readonly items: readonly Item[] }) {
  const { lit, pinned } = useMarked();
  return items.map(({ head, said, isFaint }) => (
    <RunItem
      key={head.key}
      head={head}
      said={said}
      isFaint={isFaint}
      isLit={head.key === lit}
      isPinned={head.key === pinned}
    />
  ));
}

interface RunItemProps extends Item {
  readonly isLit: boolean;
  readonly isPinned: boolean;
}

const RunItem = memo(function RunItem({ head, said, isFaint, isLit, isPinned }: RunItemProps) {
  const { onLit, onPin } = usePointer();
  return (
    <li>
      <button
        type="button"
        title={head.name}
        aria-pressed={isPinned}
        data-lit={isLit || undefined}
        data-faint={isFaint || undefined}
        onPointerEnter={() => onLit(head.key)}
        onPointerLeave={() => onLit(null)}
        onFocus={() => onLit(head.key)}
        onBlur={() => onLit(null)}
        onClick={() => onPin(head.key)}
      >
        <span className={styles['number']}>{head.numbers[0]}</span>
        <RunMark run={head.first} />
        <span className={styles['name']}>{head.name}</span>
        <small>{said}</small>
      </button>
    </li>
  );
});

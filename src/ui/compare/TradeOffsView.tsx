/** What a run gains and what it pays: runs over any two quantities with the Pareto front, and as lines over several. */
import { useDeferredValue, useMemo } from 'react';
import { Checkbox } from '@mantine/core';
import { setCompare, useCompare } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';
import { seedGroups } from './seed-groups.ts';
import { headsOf } from './table-data.ts';
import { partWords, parts } from './table-measures.ts';
import { PartField } from './PartField.tsx';
import { ParallelSection } from './ParallelSection.tsx';
import { Pointing } from './pointing.tsx';
import { ScatterSection } from './ScatterSection.tsx';
import styles from './trade-offs.module.css';
import { quantitiesOf } from './trade-offs-data.ts';
import { useChoice } from './use-extra.ts';

const none: readonly RunRecord[] = [];

interface TradeOffsViewProps {
  readonly runs: readonly RunRecord[];
}

export function TradeOffsView({ runs }: TradeOffsViewProps) {
  // Drawn when there is time, in pieces: there may be hundreds of runs.
  const shown = useDeferredValue(runs, none);
  const [part, setPart] = useChoice('part', parts);
  const folded = useCompare(({ spread }) => spread);
  const heads = useMemo(() => headsOf(shown, folded), [shown, folded]);
  const quantities = useMemo(() => quantitiesOf(heads, shown, part), [heads, shown, part]);
  const canFold = useMemo(() => seedGroups(shown).length < shown.length, [shown]);
  if (shown === none) return null;
  if (shown.length < 2)
    return (
      <p className="soft">Choose two runs or more in the list: a trade-off is something between runs.</p>
    );
  const common = { runs: shown, heads, quantities };
  return (
    <div className={styles['view']}>
      <div className={styles['bar']}>
        <PartField part={part} onPart={setPart} />
        {canFold || folded ? (
          <Checkbox
            size="xs"
            label="Seeds as mean ± std"
            checked={folded}
            onChange={(event) => setCompare({ spread: event.currentTarget.checked })}
          />
        ) : null}
        <p className="soft">{partWords[part]}</p>
      </div>
      <Pointing>
        <ScatterSection {...common} />
        <ParallelSection {...common} />
      </Pointing>
    </div>
  );
}

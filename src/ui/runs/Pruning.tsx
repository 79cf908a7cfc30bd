/** Room for runs: whether the browser keeps them, what they may take, and which checkpoints would give way. */
import { Button, Checkbox } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatBytes, formatCount } from '#lib/format.ts';
import { nameOf, useLibrary, type RunRecord } from '#stores/library.ts';
import {
  askToPersist,
  prune,
  pruningFor,
  setPruning,
  usePruning,
  wantedBytes,
  type PruningPlan,
} from '#stores/pruning.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { attempting } from '../shell/notices.ts';
import styles from './pruning.module.css';

/** Limits to choose from, in bytes; 0 for none. */
const limits = [0, 0.5e9, 1e9, 2e9, 5e9, 10e9, 20e9] as const;

/** Rows of the list of what would go. */
const mostRows = 60;

export function Pruning() {
  const runs = useLibrary((library) => library.runs);
  const usage = useLibrary((library) => library.usage);
  const current = useLibrary((library) => library.current);
  const elsewhere = useLibrary((library) => library.elsewhere);
  const limit = usePruning((state) => state.limit);
  const [wantsAll, setWantsAll] = useState(false);
  const kept = useMemo(() => ({ runs, usage, current, elsewhere }), [runs, usage, current, elsewhere]);
  const wanted = wantedBytes(kept, limit);
  const plan = useMemo(() => pruningFor(kept, wantsAll ? Infinity : wanted), [kept, wanted, wantsAll]);
  const most = useMemo(() => pruningFor(kept, Infinity), [kept]);
  return (
    <section aria-label="Room for runs" className={styles['pruning']}>
      <Persistence />
      <Settings />
      {wanted > 0 ? (
        <p className={styles['over']}>
          {formatBytes(wanted)} more is taken than {limit === null ? 'the browser has room for' : 'the limit'}
          .
          {plan.lacking > 0
            ? ` Checkpoints cannot free ${formatBytes(plan.lacking)} of it: delete runs.`
            : ''}
        </p>
      ) : null}
      {most.drops.length > 0 && wanted === 0 ? (
        <Button aria-expanded={wantsAll} onClick={() => setWantsAll(!wantsAll)}>
          {wantsAll ? 'Let them stay' : `What could go: ${formatBytes(most.bytes)}`}
        </Button>
      ) : null}
      {plan.drops.length > 0 && (wanted > 0 || wantsAll) ? <Plan plan={plan} runs={runs} /> : null}
    </section>
  );
}

/** Whether the browser keeps the storage, and a way to ask. */
function Persistence() {
  const persisted = usePruning((state) => state.persisted);
  const [isRefused, setRefused] = useState(false);
  if (persisted === null) return null;
  if (persisted)
    return <p className="soft">The browser keeps these runs until you clear the data of this site.</p>;
  return (
    <p className="soft">
      The browser may clear these runs when the device is short of space.{' '}
      {isRefused ? (
        'It would not promise to keep them: export what matters to you.'
      ) : (
        <Button
          size="compact-xs"
          onClick={() =>
            void attempting('The browser cannot be asked', async () => {
              await askToPersist();
              setRefused(true);
            })
          }
        >
          Ask it to keep them
        </Button>
      )}
    </p>
  );
}

function Settings() {
  const limit = usePruning((state) => state.limit);
  const automatic = usePruning((state) => state.automatic);
  return (
    <div className={styles['settings']}>
      <span className={styles['limit']}>
        Runs may take
        <ChoiceField
          aria-label="Runs may take"
          value={limit ?? 0}
          options={limits}
          labelOf={(value) => (value === 0 ? 'any amount' : formatBytes(value))}
          onCommit={(value) => setPruning({ limit: value === 0 ? null : value })}
        />
      </span>
      <Checkbox
        size="xs"
        label="Beyond that, drop checkpoints by themselves"
        checked={automatic}
        onChange={(event) => setPruning({ automatic: event.currentTarget.checked })}
      />
    </div>
  );
}

/** "12 checkpoints of 3 runs". */
function amountOf(drops: PruningPlan['drops']): string {
  const runs = new Set(drops.map(({ run }) => run)).size;
  const checkpoints = `${formatCount(drops.length)} ${drops.length === 1 ? 'checkpoint' : 'checkpoints'}`;
  return `${checkpoints} of ${runs === 1 ? 'one run' : `${formatCount(runs)} runs`}`;
}

/** What would go, before it does. */
function Plan({ plan, runs }: { readonly plan: PruningPlan; readonly runs: readonly RunRecord[] }) {
  const names = new Map(runs.map((record) => [record.id, nameOf(record)]));
  const rest = plan.drops.length - mostRows;
  return (
    <div className={styles['plan']}>
      <p>
        {amountOf(plan.drops)} would go: checkpoints between first, of the runs that rested longest, then
        their best ones. The last of every run stays, and goes on; so do pinned runs and those that are open.
      </p>
      <ul>
        {plan.drops.slice(0, mostRows).map(({ run, step, bytes }) => (
          <li key={`${run} ${step}`}>
            <span>{names.get(run)}</span>
            <span className="mono">step {formatCount(step)}</span>
            <span className="mono">{formatBytes(bytes)}</span>
          </li>
        ))}
        {rest > 0 ? <li className="soft">and {formatCount(rest)} more</li> : null}
      </ul>
      <Button
        c="var(--danger)"
        onClick={() => void attempting('Checkpoints could not be dropped', () => prune(plan))}
      >
        Drop them for good, about {formatBytes(plan.bytes)}
      </Button>
    </div>
  );
}

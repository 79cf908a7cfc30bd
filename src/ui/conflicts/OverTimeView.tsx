/** How the tasks' gradients get along over time: which pairs conflict, how large each is, and what the method makes of it. */
import { useCallback, useMemo, useState } from 'react';
import type { Experiment } from '#experiment/schema.ts';
import { useExperiment } from '#stores/experiment.ts';
import { runStore, useRun } from '#stores/run-state.ts';
import { useFramed } from '../charts/framed.ts';
import { subscribeMeasured, type Tasks } from './conflict-curves.ts';
import { CosineHeatMap } from './CosineHeatMap.tsx';
import { CosineCurves } from './CosineCurves.tsx';
import { type Pair, pairKey, pairRecords } from './measured.ts';
import { NotMeasured } from './NotMeasured.tsx';
import { latestSteps, PairTable } from './PairTable.tsx';
import { WhatWasMeasured } from './WhatWasMeasured.tsx';
import { TaskCurves } from './TaskCurves.tsx';
import styles from './conflicts.module.css';

export function OverTimeView() {
  const run = useRun((state) => state.run);
  const trained = useRun((state) => state.experiment);
  const hasSteps = useRun((state) => state.series.length > 0 || state.gramians.length > 0);
  const tasks = useExperiment((state) => state.experiment.tasks.length);
  if ((trained?.tasks.length ?? tasks) < 2)
    return (
      <p className={styles['nothing']}>
        One task has nobody to disagree with. Add another task, and this shows how their gradients get along.
      </p>
    );
  if (!trained || !hasSteps)
    return (
      <p className={styles['nothing']}>
        Press Train. While the network learns, this shows whether the tasks pull its shared layers in the same
        direction or against each other.
      </p>
    );
  return <OverTime key={run} experiment={trained} />;
}

function OverTime({ experiment }: { readonly experiment: Experiment }) {
  const { tasks } = experiment;
  const isMeasured = useRun((state) => state.gramians.length > 0);
  return (
    <div className={styles['overTime']}>
      {isMeasured ? (
        <>
          <WhatWasMeasured />
          <Pairs tasks={tasks} />
        </>
      ) : (
        <NotMeasured />
      )}
      <TaskCurves experiment={experiment} hasNorms={isMeasured} />
    </div>
  );
}

/** More pairs than this are not drawn at once, and this many of the worst where the reader has chosen none. */
const mostPairs = 8;
const worstPairs = 4;
/** A matrix of up to so many tasks is as high as the curves; of more than so many, it takes the whole width. */
const fewTasks = 3;
const narrowTasks = 14;

const subscribeSlowly = subscribeMeasured(1000);

/** Everything about pairs: one that is chosen in the heat map or in the table is drawn among the curves. */
function Pairs({ tasks }: { readonly tasks: Tasks }) {
  const count = tasks.length;
  const [chosen, setChosen] = useState<readonly Pair[] | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [onlyLatest, setOnlyLatest] = useState(false);
  const read = useCallback(
    () => pairRecords(runStore.getState().gramians, count, onlyLatest ? latestSteps : undefined),
    [count, onlyLatest],
  );
  const records = useFramed(read, subscribeSlowly) ?? [];
  const worst = useSamePairs(records.slice(0, worstPairs).map(({ pair }) => pair));
  const drawn = chosen ?? worst;
  const toggle = useCallback(
    (pair: Pair) => {
      const others = drawn.filter((each) => pairKey(each) !== pairKey(pair));
      setChosen(others.length < drawn.length ? others : [...others, pair].slice(-mostPairs));
    },
    [drawn],
  );
  return (
    <div className={styles['pairs']} data-tasks={sizeOf(count)}>
      <CosineHeatMap tasks={tasks} shown={shown} onShown={setShown} chosen={drawn} onToggle={toggle} />
      <CosineCurves
        tasks={tasks}
        pairs={drawn}
        shown={shown}
        onRemove={toggle}
        onWorst={chosen && records.length > 1 ? () => setChosen(null) : null}
      />
      <PairTable
        tasks={tasks}
        records={records}
        onlyLatest={onlyLatest}
        onOnlyLatest={setOnlyLatest}
        chosen={drawn}
        onToggle={toggle}
      />
    </div>
  );
}

const sizeOf = (tasks: number) => (tasks <= fewTasks ? 'few' : tasks <= narrowTasks ? 'some' : 'many');

/** The same list as long as it names the same pairs. */
function useSamePairs(pairs: readonly Pair[]): readonly Pair[] {
  const keys = pairs.map(pairKey).join();
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => pairs, [keys]);
}

/** The conflict microscope: cosines of the task gradients layer by layer, over the depth of the trunk. */
import { useCallback, useMemo, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { runStore, type RunState, useRun } from '#stores/run-state.ts';
import { experimentStore, useExperiment } from '#stores/experiment.ts';
import type { Experiment } from '#experiment/schema.ts';
import { setView, useView } from '#stores/view.ts';
import { throttled, useFramed } from '../../charts/framed.ts';
import { layerAt } from '../../network/places.ts';
import { TextButton } from '../../shared/TextButton.tsx';
import { cosineText } from '../cosine-colour.ts';
import { Explanation } from '../Explanation.tsx';
import { type Pair, pairKey, taskPairs } from '../measured.ts';
import { nextMeasured } from '../NotMeasured.tsx';
import { Scrubber } from '../Scrubber.tsx';
import { DepthMap, type LayerRow } from './DepthMap.tsx';
import { cosinesByDepth, type LayerMeasurement, rowsOf, worstFirst } from './layer-cosines.ts';
import { layerLabel, layerNumber, spokenLayer } from './layer-words.ts';
import { LayerCurves } from './LayerCurves.tsx';
import styles from './layers.module.css';

/** Milliseconds between two drawings while measurements come in. */
const refreshEvery = 250;
/** Up to this many pairs stand in their own order, all at once. */
const fewPairs = 10;
/** Cells that are drawn at once. */
const mostCells = 400;
/** Curves that are drawn at once. */
const mostCurves = 6;

export function LayersView() {
  const run = useRun((state) => state.run);
  const trained = useRun((state) => state.experiment);
  const isMeasured = useRun((state) => state.layerGramians.length > 0);
  const current = useExperiment((state) => state.experiment);
  return (
    <div className={styles['view']}>
      <Explanation
        of="by layer"
        shows="Where in the shared layers the tasks agree or oppose each other: each cell is the cosine of two tasks’ gradients by the parameters of one layer, from the input at the top to the shared representation at the bottom."
        problem="Red that stays in the same layers. Conflict in the last ones only is common and mild: there the tasks want different features. Conflict from the first layers on means that the tasks have little in common."
        remedy="Where only the last shared layers are red, move them into the heads. Where all are, try a method that looks at gradients, or train the tasks apart."
      />
      {trained && isMeasured && trained.tasks.length > 1 ? (
        <Layers key={run} experiment={trained} />
      ) : (
        <Empty tasks={(trained ?? current).tasks.length} />
      )}
    </div>
  );
}

/** Why nothing is shown, and what brings it. */
function Empty({ tasks }: { readonly tasks: number }) {
  const every = useView((state) => state.watchEvery);
  const step = useRun((state) => state.step);
  const isIdle = useRun((state) => state.experiment === null);
  if (tasks < 2)
    return <p className={styles['empty']}>One task has nobody to disagree with. Add another at the left.</p>;
  if (every === null)
    return (
      <p className={styles['empty']}>
        The layers are not measured.{' '}
        <TextButton onClick={() => setView({ watchEvery: 50 })}>Measure every 50 steps</TextButton>
      </p>
    );
  return (
    <p className={styles['empty']}>
      {isIdle
        ? `Press Train: every ${formatCount(every)} steps the layers are measured, and shown here.`
        : `Nothing measured yet: the next time is at step ${formatCount(nextMeasured(step, every))}.`}
    </p>
  );
}

/** What was measured, read anew a few times a second at most. */
function useMeasured(): RunState['layerGramians'] | null {
  return useFramed(readMeasured, subscribeMeasured);
}

const readMeasured = () => runStore.getState().layerGramians;

function subscribeMeasured(changed: () => void): () => void {
  const later = throttled(changed, refreshEvery);
  const stop = runStore.subscribe((state, before) => {
    if (state.layerGramians !== before.layerGramians) later.call();
  });
  return () => {
    later.cancel();
    stop();
  };
}

function Layers({ experiment }: { readonly experiment: Experiment }) {
  const measured = useMeasured();
  const [shown, setShown] = useState<number | null>(null);
  const found = measured?.findLastIndex(({ step }) => shown === null || step <= shown) ?? -1;
  const row = Math.max(0, found);
  const measurement = measured?.[row];
  const steps = useMemo(() => measured?.map(({ step }) => step) ?? [], [measured]);
  if (!measurement) return null;
  return (
    <div className={styles['layers']}>
      <Scrubber steps={steps} row={row} isLatest={shown === null} onShown={setShown} />
      <Depth experiment={experiment} measurement={measurement} shown={shown} />
    </div>
  );
}

interface DepthProps {
  readonly experiment: Experiment;
  readonly measurement: LayerMeasurement;
  readonly shown: number | null;
}

/** The map at one step, and the curves of the layer chosen in it: of its pairs, the worst, and the one chosen. */
function Depth({ experiment, measurement, shown }: DepthProps) {
  const { tasks } = experiment;
  const [chosen, setChosen] = useState<{ readonly path: string; readonly pair: Pair | null } | null>(null);
  const [wider, setWider] = useState(1);
  const all = useMemo(() => taskPairs(tasks.length), [tasks.length]);
  const paths = useMemo(() => rowsOf(measurement), [measurement]);
  const cosines = useMemo(
    () => cosinesByDepth(measurement, paths, tasks.length),
    [measurement, paths, tasks.length],
  );
  const order = useMemo(() => worstFirst(cosines, all.length, fewPairs), [cosines, all.length]);
  const columns = Math.max(fewPairs, Math.floor(mostCells / paths.length)) * wider;
  const places = order.slice(0, columns);
  const pairs = places.map((place) => all[place]).filter((pair) => pair !== undefined);
  const rows = paths.map((path, index): LayerRow => ({
    path,
    number: layerNumber(path),
    label: layerLabel(experiment, path),
    cosines: places.map((place) => cosines[index]?.[place] ?? Number.NaN),
  }));
  const path = chosen && paths.includes(chosen.path) ? chosen.path : (paths.at(-1) ?? '');
  const choose = useCallback(
    (next: string, pair: Pair | null) => {
      setChosen({ path: next, pair });
      selectInGraph(experiment, next);
    },
    [experiment],
  );
  const wordsOf = (layer: LayerRow, column: number | null) => words(experiment, layer, column, pairs);
  return (
    <div className={styles['depth']}>
      <div className={styles['mapped']}>
        <DepthMap
          rows={rows}
          pairs={pairs}
          names={tasks.map(({ name }) => name)}
          chosen={path}
          onChoose={choose}
          wordsOf={wordsOf}
        />
        {places.length < all.length ? (
          <p className={styles['more']}>
            The {formatCount(places.length)} pairs with the most conflict, of {formatCount(all.length)}.{' '}
            <TextButton onClick={() => setWider(wider + 1)}>Show more</TextButton>
          </p>
        ) : null}
      </div>
      <LayerCurves
        path={path}
        label={layerLabel(experiment, path)}
        tasks={tasks}
        pairs={drawn(pairs, chosen?.pair ?? null)}
        shown={shown}
      />
    </div>
  );
}

/** The first pairs, and the chosen one. */
function drawn(pairs: readonly Pair[], chosen: Pair | null): readonly Pair[] {
  const first = pairs.slice(0, mostCurves);
  if (!chosen || first.some((pair) => pairKey(pair) === pairKey(chosen))) return first;
  return [...first.slice(0, mostCurves - 1), chosen];
}

/** Selects a layer in the network's graph, where that still is the layer that was trained. */
function selectInGraph(trained: Experiment, path: string): void {
  const before = layerAt(trained, path);
  const now = layerAt(experimentStore.getState().experiment, path);
  if (before && now && before.kind === now.kind) setView({ selection: path });
}

/** "top left and bottom right in layer 3, Conv 5×5: cosine −0.21, in conflict" */
function words(
  experiment: Experiment,
  { path, cosines }: LayerRow,
  column: number | null,
  pairs: readonly Pair[],
): string {
  const layer = spokenLayer(experiment, path);
  const pair = column === null ? undefined : pairs[column];
  if (column === null || !pair) return `${layer.charAt(0).toUpperCase()}${layer.slice(1)}: show its curves`;
  const cosine = cosines[column] ?? Number.NaN;
  const [first, second] = pair.map((task) => experiment.tasks[task]?.name);
  const verdict = Number.isNaN(cosine) ? 'a gradient was zero' : `cosine ${cosineText(cosine)}`;
  return `${first} and ${second} in ${layer}: ${verdict}${cosine < 0 ? ', in conflict' : ''}`;
}

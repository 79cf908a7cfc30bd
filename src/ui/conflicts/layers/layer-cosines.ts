/** What the Gramians by layer say of how the tasks get along in each layer: numbers only. */
import { cosineOf, normOf, pairCount } from '#lib/gramian.ts';
import type { RunState } from '#stores/run-state.ts';
import { type Pair, taskPairs } from '../measured.ts';

export type LayerMeasurement = RunState['layerGramians'][number];

/** The path under which all layers together are kept. */
export const allLayers = 'trunk';

/** Paths of the rows of a map over depth: every layer from the input on, then all of them together. */
export function rowsOf({ layers }: LayerMeasurement): readonly string[] {
  return layers.length > 1 ? [...layers, allLayers] : layers;
}

/** Inner products by the parameters of a layer, or of all, [T(T+1)/2]; NaN where the layer was not measured. */
export function productsIn(
  { layers, gramians }: LayerMeasurement,
  path: string,
  tasks: number,
): Float64Array {
  const pairs = pairCount(tasks);
  const sum = new Float64Array(pairs);
  const at = layers.indexOf(path);
  if (path !== allLayers && at < 0) return sum.fill(Number.NaN);
  const [from, to] = path === allLayers ? [0, layers.length] : [at, at + 1];
  for (let layer = from; layer < to; layer++)
    for (let pair = 0; pair < pairs; pair++)
      sum[pair] = (sum[pair] ?? 0) + (gramians[layer * pairs + pair] ?? 0);
  return sum;
}

/** Cosines at one step: a row per path, a column per pair of {@link taskPairs}; NaN where a gradient was zero. */
export function cosinesByDepth(
  measurement: LayerMeasurement,
  rows: readonly string[],
  tasks: number,
): Float64Array[] {
  const pairs = taskPairs(tasks);
  return rows.map((path) => {
    const products = productsIn(measurement, path, tasks);
    return Float64Array.from(pairs, ([i, j]) => cosineOf(products, i, j, tasks));
  });
}

/** Places of the pairs, those with the lowest cosine in any layer first; in their own order where there are few. */
export function worstFirst(cosines: readonly Float64Array[], pairs: number, few: number): number[] {
  const places = Array.from({ length: pairs }, (_, place) => place);
  if (pairs <= few) return places;
  const lowest = places.map((place) =>
    cosines.reduce((low, row) => {
      const cosine = row[place] ?? Number.NaN;
      return cosine < low ? cosine : low;
    }, Infinity),
  );
  return places.toSorted((a, b) => {
    const [x, y] = [lowest[a] ?? 0, lowest[b] ?? 0];
    return x === y ? a - b : x - y;
  });
}

/** How pairs and tasks fared in one layer at every measurement. */
export interface LayerHistory {
  readonly step: Float64Array;
  /** For each of the pairs asked for. */
  readonly cosines: readonly Float64Array[];
  /** For each task. */
  readonly norms: readonly Float64Array[];
}

export function historyOf(
  measurements: readonly LayerMeasurement[],
  path: string,
  pairs: readonly Pair[],
  tasks: number,
): LayerHistory {
  const count = measurements.length;
  const cosines = pairs.map(() => new Float64Array(count));
  const norms = Array.from({ length: tasks }, () => new Float64Array(count));
  for (const [at, measurement] of measurements.entries()) {
    const products = productsIn(measurement, path, tasks);
    for (const [k, [i, j]] of pairs.entries()) {
      const row = cosines[k];
      if (row) row[at] = cosineOf(products, i, j, tasks);
    }
    for (const [task, row] of norms.entries()) row[at] = normOf(products, task, tasks);
  }
  return { step: Float64Array.from(measurements, ({ step }) => step), cosines, norms };
}

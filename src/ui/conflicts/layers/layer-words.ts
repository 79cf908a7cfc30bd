/** What the layers of a run are called: as in the network's graph, with their place. */
import { describeLayer } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { layerAt, parsePlace } from '../../network/places.ts';
import { allLayers } from './layer-cosines.ts';

/** "Conv 5×5"; the path itself where there is no such layer. */
export function layerLabel(experiment: Experiment, path: string): string {
  if (path === allLayers) return 'All shared layers';
  const layer = layerAt(experiment, path);
  return layer ? describeLayer(layer).label : path;
}

/** Place of a layer in the trunk, counted from 1; empty for all together. */
export function layerNumber(path: string): string {
  const place = parsePlace(path);
  return place ? String(place.index + 1) : '';
}

/** "layer 3, Conv 5×5" */
export function spokenLayer(experiment: Experiment, path: string): string {
  const number = layerNumber(path);
  const label = layerLabel(experiment, path);
  return number ? `layer ${number}, ${label}` : label.toLowerCase();
}

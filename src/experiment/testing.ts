/** Data sets and experiments for the tests of this room, which must not know the real data. */
import type { DatasetInfo } from './dataset-info.ts';
import { experimentFor } from './defaults.ts';
import type { Experiment } from './schema.ts';

const classes = (count: number) => Array.from({ length: count }, (_, i) => `class ${i}`);
const base = {
  description: '',
  licence: '',
  source: '',
  counts: { train: 20_000, validation: 2000, test: 2000 },
};

/** The shape of Multi-Fashion: 36×36 grey, two tasks of ten classes. */
export const pairsInfo: DatasetInfo = {
  ...base,
  id: 'multi-fashion',
  name: 'Multi-Fashion',
  image: { height: 36, width: 36, channels: 1 },
  columns: [
    { id: 'top-left', name: 'top left', kind: 'class', classes: classes(10) },
    { id: 'bottom-right', name: 'bottom right', kind: 'class', classes: classes(10) },
  ],
};

/** The shape of Shapes at 64 pixels: colour, a task of every kind. */
export const shapesInfo: DatasetInfo = {
  ...base,
  id: 'shapes',
  name: 'Shapes',
  image: { height: 64, width: 64, channels: 3 },
  columns: [
    { id: 'shape', name: 'shape', kind: 'class', classes: classes(6) },
    { id: 'colours', name: 'colours', kind: 'labels', classes: classes(6) },
    { id: 'position', name: 'position', kind: 'number', names: ['x', 'y'] },
    { id: 'size', name: 'size', kind: 'number', names: ['size'] },
  ],
};

/** The default experiment on one of them. */
export function experimentOn(info: DatasetInfo): Experiment {
  return experimentFor(info, { source: info.id, settings: {} });
}

import { expect, test } from 'vitest';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema, layers, type LayerKind } from '#experiment/layers/index.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { inspectNetwork } from '#experiment/plan.ts';
import { presetOf } from '#experiment/presets/index.ts';
import {
  changeSetting,
  choosePreset,
  copyHead,
  duplicateLayer,
  freshLayer,
  insertLayer,
  misfit,
  moveLayer,
  removeLayer,
  removeSelected,
  staysPut,
  stepLayer,
  type Direction,
} from './edits.ts';
import { layerAt, parsePlace, pathOf, placeAfter } from './places.ts';

const column = (id: string) => ({ id, name: id, kind: 'class' as const, classes: ['a', 'b', 'c'] });
const info: DatasetInfo = {
  id: 'pairs',
  name: 'Pairs',
  description: '',
  licence: 'MIT',
  source: '',
  image: { height: 36, width: 36, channels: 1 },
  columns: [column('left'), column('right')],
  counts: { train: 100, validation: 10, test: 10 },
};
const lenet = experimentFor(info, { source: 'pairs', settings: {} });
const kinds = (experiment = lenet, task: string | null = null) =>
  (task === null ? experiment.trunk : (experiment.heads[task] ?? [])).map(({ kind }) => kind);
const place = (path: string) => {
  const found = parsePlace(path);
  if (!found) throw new Error(`${path} is no place`);
  return found;
};
const pool = layerSchema.parse({ kind: 'max-pool' });

test('paths and places are the same thing', () => {
  expect(parsePlace('heads.top-left.3')).toEqual({ task: 'top-left', index: 3 });
  expect(parsePlace('trunk.12')).toEqual({ task: null, index: 12 });
  for (const other of [null, '', 'trunk', 'tasks.left', 'heads.left', 'trunk.2.kernel', 'input'])
    expect(parsePlace(other)).toBeUndefined();
  for (const path of ['trunk.0', 'heads.left.7']) expect(pathOf(place(path))).toBe(path);
});

test('a new layer comes after what is selected', () => {
  expect(pathOf(placeAfter(lenet, 'trunk.1'))).toBe('trunk.2');
  expect(pathOf(placeAfter(lenet, 'heads.left.0'))).toBe('heads.left.1');
  expect(pathOf(placeAfter(lenet, 'tasks.right'))).toBe('heads.right.1');
  expect(pathOf(placeAfter(lenet, 'input'))).toBe('trunk.0');
  for (const gone of [null, 'trunk.99', 'tasks.nobody'])
    expect(pathOf(placeAfter(lenet, gone))).toBe('trunk.5');
});

test('inserting changes the shapes after it and selects the new layer', () => {
  const before = inspectNetwork(lenet, info).plan;
  const { experiment, selection } = insertLayer(lenet, place('trunk.1'), pool);
  const after = inspectNetwork(parseExperiment(experiment), info).plan;
  expect(selection).toBe('trunk.1');
  expect(kinds(experiment)).toEqual(['conv2d', 'max-pool', 'max-pool', 'conv2d', 'max-pool', 'dense']);
  expect(after.trunk[1]?.output).toEqual([16, 16, 10]);
  expect(before.trunk[2]?.output).toEqual([12, 12, 20]);
  expect(after.trunk[3]?.output).toEqual([4, 4, 20]);
  expect(kinds()).toHaveLength(5);
});

test('removing selects the next layer, then the one before, then the task', () => {
  expect(removeLayer(lenet, 'trunk.1').selection).toBe('trunk.1');
  expect(removeLayer(lenet, 'trunk.4').selection).toBe('trunk.3');
  const emptied = removeLayer(lenet, 'heads.left.0');
  expect(emptied.selection).toBe('tasks.left');
  expect(kinds(emptied.experiment, 'left')).toEqual([]);
  expect(kinds(emptied.experiment, 'right')).toEqual(['dense']);
  expect(removeSelected(lenet, 'tasks.left')).toBeUndefined();
  expect(removeSelected(lenet, null)).toBeUndefined();
  expect(removeSelected(lenet, 'trunk.0')?.experiment.trunk).toHaveLength(4);
});

test('moving within the trunk counts places as they were', () => {
  const on = moveLayer(lenet, 'trunk.0', place('trunk.3'));
  expect(on.selection).toBe('trunk.2');
  expect(kinds(on.experiment)).toEqual(['max-pool', 'conv2d', 'conv2d', 'max-pool', 'dense']);
  const back = moveLayer(lenet, 'trunk.4', place('trunk.1'));
  expect(back.selection).toBe('trunk.1');
  expect(kinds(back.experiment)).toEqual(['conv2d', 'dense', 'max-pool', 'conv2d', 'max-pool']);
  expect(staysPut('trunk.2', place('trunk.2')) && staysPut('trunk.2', place('trunk.3'))).toBe(true);
  expect(staysPut('trunk.2', place('trunk.1')) || staysPut('trunk.2', place('heads.left.2'))).toBe(false);
  for (const index of [2, 3])
    expect(moveLayer(lenet, 'trunk.2', { task: null, index }).experiment).toEqual(lenet);
});

test('a layer moves between the trunk and the heads and back', () => {
  const there = moveLayer(lenet, 'trunk.4', place('heads.right.1'));
  expect(there.selection).toBe('heads.right.1');
  expect(kinds(there.experiment)).toHaveLength(4);
  expect(kinds(there.experiment, 'right')).toEqual(['dense', 'dense']);
  expect(moveLayer(there.experiment, 'heads.right.1', place('trunk.4')).experiment).toEqual(lenet);
});

test('steps walk through the whole network and return on the same way', () => {
  const walk = (start: string, ...steps: Direction[]) => {
    let now = { experiment: lenet, selection: start as string | null };
    for (const step of steps) now = stepLayer(now.experiment, now.selection ?? '', step) ?? now;
    return now;
  };
  expect(walk('trunk.4', 'on').selection).toBe('heads.left.0');
  expect(walk('trunk.4', 'on', 'down').selection).toBe('heads.right.0');
  expect(walk('trunk.4', 'on', 'back')).toEqual({ experiment: lenet, selection: 'trunk.4' });
  expect(walk('heads.left.0', 'down', 'up').experiment).toEqual(lenet);
  expect(stepLayer(lenet, 'trunk.0', 'back')).toBeUndefined();
  expect(stepLayer(lenet, 'heads.left.0', 'on')).toBeUndefined();
  expect(stepLayer(lenet, 'heads.left.0', 'up')).toBeUndefined();
  expect(stepLayer(lenet, 'trunk.2', 'down')).toBeUndefined();
});

test('copies are independent', () => {
  const twice = duplicateLayer(lenet, 'trunk.2');
  expect(twice.selection).toBe('trunk.3');
  const changed = changeSetting(twice.experiment, 'trunk.3', 'filters', 7);
  expect(layerAt(changed, 'trunk.2')).toMatchObject({ filters: 20 });
  expect(layerAt(changed, 'trunk.3')).toMatchObject({ filters: 7 });

  const wide = changeSetting(lenet, 'heads.left.0', 'units', 99);
  const alike = copyHead(wide, 'left');
  expect(alike.heads['right']).toEqual([expect.objectContaining({ units: 99 })]);
  expect(alike.heads['right']?.[0]).not.toBe(alike.heads['left']?.[0]);
  expect(wide.heads['right']).toEqual([expect.objectContaining({ units: 50 })]);
});

test('every edit leaves a valid document', () => {
  const edited = [
    insertLayer(lenet, place('heads.left.1'), pool).experiment,
    removeLayer(lenet, 'trunk.0').experiment,
    moveLayer(lenet, 'heads.left.0', place('heads.right.0')).experiment,
    duplicateLayer(lenet, 'heads.right.0').experiment,
    copyHead(lenet, 'right'),
    choosePreset(lenet, 'resnet-9', info),
  ];
  for (const experiment of edited) expect(parseExperiment(experiment)).toEqual(experiment);
});

test('a fresh layer suits its input where it can', () => {
  expect(freshLayer('conv2d', [28, 28, 1])).toEqual(layerSchema.parse({ kind: 'conv2d' }));
  expect(freshLayer('conv2d', [2, 2, 8])).toMatchObject({ padding: 'same' });
  expect(freshLayer('group-norm', [4, 4, 10])).toMatchObject({ groups: 5 });
  expect(freshLayer('group-norm', [4, 4, 7])).toMatchObject({ groups: 1 });
  expect(freshLayer('conv2d', [50])).toEqual(layerSchema.parse({ kind: 'conv2d' }));
  for (const kind of Object.keys(layers) as LayerKind[])
    expect(misfit(freshLayer(kind, [1, 1, 3]), [1, 1, 3])?.message, kind).toBeUndefined();
});

test('a preset renames only what the page named', () => {
  const next = choosePreset(lenet, 'vgg-small', info);
  expect(presetOf(next)).toBe('vgg-small');
  expect(next.name).toBe('Pairs · VGG-small');
  expect(choosePreset({ ...lenet, name: 'Mine' }, 'vgg-small', info).name).toBe('Mine');
  expect(choosePreset(lenet, 'lenet', info)).toBe(lenet);
});

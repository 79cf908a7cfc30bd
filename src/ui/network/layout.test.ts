import { expect, test } from 'vitest';
import type { DatasetInfo, ImageShape } from '#experiment/dataset-info.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { inspectNetwork } from '#experiment/plan.ts';
import { presets, withPreset, type PresetId } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { changeSetting, duplicateLayer, insertLayer, freshLayer } from './edits.ts';
import { graphOf, reasonOf } from './graph.ts';
import { arrange, forkId, inputId, nearestWire, type Arrangement, type Box } from './layout.ts';
import { fitInto } from './viewport.ts';

const column = (id: string) => ({ id, name: id, kind: 'class' as const, classes: ['a', 'b', 'c'] });
function dataset(image: ImageShape, tasks = 2): DatasetInfo {
  const columns = ['left', 'right', 'up', 'down'].slice(0, tasks).map(column);
  const counts = { train: 100, validation: 10, test: 10 };
  return { id: 'x', name: 'X', description: '', licence: '', source: '', image, columns, counts };
}
const grey = dataset({ height: 36, width: 36, channels: 1 });
const colour = dataset({ height: 64, width: 64, channels: 3 }, 4);
const start = (info: DatasetInfo) => experimentFor(info, { source: 'x', settings: {} });

function draw(experiment: Experiment, info: DatasetInfo) {
  const { plan, problems } = inspectNetwork(experiment, info);
  return graphOf(experiment, info, plan, problems);
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectTidy({ boxes, wires, width, height }: Arrangement) {
  const all = [...boxes];
  for (const [id, box] of all) {
    for (const [other, another] of all)
      if (id !== other) expect(overlap(box, another), `${id} lies on ${other}`).toBe(false);
    expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, id).toBe(
      true,
    );
  }
  for (const { id, at } of wires) {
    const point = { x: at.x - 1, y: at.y - 1, width: 2, height: 2 };
    for (const [other, box] of all) expect(overlap(point, box), `+ of ${id} lies on ${other}`).toBe(false);
  }
}

const cases = (Object.keys(presets) as PresetId[]).flatMap((id) =>
  [grey, colour].flatMap((info) => [1440, 824, 640, 358].map((width) => [id, info, width] as const)),
);

test.each(cases)('%s on %o at %i px: nothing overlaps, every layer is there', (id, info, width) => {
  const experiment = withPreset(start(info), id);
  const arrangement = arrange(draw(experiment, info), width);
  expectTidy(arrangement);
  const layers = experiment.trunk.length + info.columns.length * (presets[id].head.length + 1);
  expect(arrangement.boxes.size).toBe(layers + 2);
  expect(arrangement.wires).toHaveLength(layers + 1);
  expect(arrangement.vertical).toBe(width < 600);
});

test('LeNet takes one row, thirty layers take several and stay readable', () => {
  const ys = ({ boxes }: Arrangement) =>
    new Set([...boxes].filter(([id]) => id.startsWith('trunk')).map(([, { y }]) => y));
  expect(ys(arrange(draw(start(grey), grey), 900)).size).toBe(1);
  let long = start(grey);
  const layer = freshLayer('batch-norm', [36, 36, 1]);
  for (let i = 0; i < 25; i++) long = insertLayer(long, { task: null, index: 1 }, layer).experiment;
  const arrangement = arrange(draw(long, grey), 824);
  expectTidy(arrangement);
  expect(ys(arrangement).size).toBeGreaterThan(3);
  const fit = fitInto(arrangement, 856);
  expect(fit.whole).toBe(true);
  expect(fit.zoom).toBeGreaterThan(0.66);
});

test('a broken layer carries its reason, and what stands after it is not reached', () => {
  const broken = changeSetting(start(grey), 'trunk.2', 'kernel', 15);
  const narrow = insertLayer(broken, { task: null, index: 2 }, freshLayer('max-pool', undefined)).experiment;
  const graph = draw(narrow, grey);
  expect(graph.trunk.map(({ state }) => state)).toEqual([
    'fine',
    'fine',
    'fine',
    'broken',
    'unreached',
    'unreached',
  ]);
  const problem = graph.trunk[3]?.problem;
  expect(problem && reasonOf(problem)).toBe('Kernel 15 does not fit its 8×8 input');
  expect(graph.branches.every(({ output }) => output.state === 'unreached')).toBe(true);
  expect(graph.branches[0]?.output.detail).toBe('3 classes');

  const only = changeSetting(duplicateLayer(start(grey), 'heads.left.0').experiment, 'trunk.0', 'filters', 3);
  const mixed = insertLayer(only, { task: 'left', index: 1 }, freshLayer('conv2d', [50])).experiment;
  const states = draw(mixed, grey).branches.map(({ layers, output }) =>
    [...layers, output].map(({ state }) => state),
  );
  expect(states).toEqual([
    ['fine', 'broken', 'unreached', 'unreached'],
    ['fine', 'fine'],
  ]);
  expectTidy(arrange(draw(mixed, grey), 824));
  expectTidy(arrange(draw(mixed, grey), 358));
});

test('a missing column shows at the output of its task alone', () => {
  const experiment = start(grey);
  const tasks = experiment.tasks.map((task) => (task.id === 'left' ? { ...task, column: 'gone' } : task));
  const graph = draw({ ...experiment, tasks }, grey);
  expect(graph.branches[0]?.output).toMatchObject({ state: 'broken', detail: 'no such column' });
  expect(graph.branches[1]?.output).toMatchObject({ state: 'fine', parameterCount: 153 });
});

test('wires join what follows each other, and say where they insert', () => {
  const { wires } = arrange(draw(start(grey), grey), 900);
  const ways = wires.map(({ source, target, slot }) => [
    source,
    target,
    `${slot.task ?? 'trunk'}.${slot.index}`,
  ]);
  expect(ways.slice(0, 2)).toEqual([
    [inputId, 'trunk.0', 'trunk.0'],
    ['trunk.0', 'trunk.1', 'trunk.1'],
  ]);
  expect(ways.slice(5)).toEqual([
    ['trunk.4', forkId, 'trunk.5'],
    [forkId, 'heads.left.0', 'left.0'],
    ['heads.left.0', 'tasks.left', 'left.1'],
    [forkId, 'heads.right.0', 'right.0'],
    ['heads.right.0', 'tasks.right', 'right.1'],
  ]);
  const empty = arrange(draw({ ...start(grey), trunk: [] }, grey), 900);
  expect(empty.wires[0]).toMatchObject({ source: inputId, target: forkId });
  expectTidy(empty);
});

test('a dragged layer finds the nearest place within reach', () => {
  const arrangement = arrange(draw(start(grey), grey), 900);
  const first = arrangement.wires[1];
  if (!first) throw new Error('LeNet has wires');
  expect(nearestWire(arrangement, { x: first.at.x + 5, y: first.at.y - 5 }, 40)?.id).toBe(first.id);
  expect(nearestWire(arrangement, { x: -500, y: -500 }, 40)).toBeUndefined();
});

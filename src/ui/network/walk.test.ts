import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layers } from '#experiment/layers/index.ts';
import { inspectNetwork } from '#experiment/plan.ts';
import { graphOf } from './graph.ts';
import { layerGroups, shapeInto } from './layer-groups.ts';
import { arrange } from './layout.ts';
import { directionOf, neighbour } from './walk.ts';

const data = { source: 'multi-fashion', settings: {} };
const info = infoFor(data);
const lenet = experimentFor(info, data);
const { plan, problems } = inspectNetwork(lenet, info);
const graph = graphOf(lenet, info, plan, problems);

/** Where keys lead from a node. */
function walk(width: number, from: string, ...keys: string[]) {
  const arrangement = arrange(graph, width);
  return keys.map((key) => {
    const direction = directionOf(key, arrangement.vertical);
    from = (direction && neighbour(graph, arrangement, from, direction)) ?? from;
    return from;
  });
}

test('arrows follow the flow and change heads, whichever way the graph lies', () => {
  const way = ['trunk.4', 'heads.top-left.0', 'heads.bottom-right.0', 'tasks.bottom-right', 'tasks.top-left'];
  expect(walk(900, 'trunk.3', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowUp')).toEqual(way);
  expect(walk(358, 'trunk.3', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowLeft')).toEqual(way);
  expect(walk(900, 'trunk.0', 'ArrowLeft', 'ArrowLeft')).toEqual(['input', 'input']);
  expect(walk(900, 'tasks.top-left', 'ArrowRight', 'Home')).toEqual(['tasks.top-left', 'tasks.top-left']);
});

test('in a trunk of several rows, up and down lead to the next row', () => {
  const [below, back] = walk(640, 'trunk.0', 'ArrowDown', 'ArrowUp');
  expect(below).toMatch(/^trunk\.[1-4]$/);
  expect(back).toBe('trunk.0');
});

test('the menu offers every kind once, those that do not suit the place last', () => {
  const total = lenet.trunk.length;
  const offered = (place: { task: string | null; index: number }) =>
    layerGroups(shapeInto(plan, total, place));
  const kinds = offered({ task: null, index: 1 }).flatMap(({ choices }) => choices.map(({ kind }) => kind));
  expect(kinds.toSorted()).toEqual(Object.keys(layers).toSorted());
  expect(offered({ task: null, index: 1 }).map(({ title }) => title)).not.toContain('Does not fit here');
  const after = offered({ task: 'top-left', index: 1 }).at(-1);
  expect(after?.title).toBe('Does not fit here');
  expect(after?.choices.map(({ kind }) => kind)).toEqual([
    'conv2d',
    'conv-bn-act',
    'residual-block',
    'max-pool',
    'avg-pool',
    'global-avg-pool',
  ]);
});

test('what flows into a place is known up to the first break', () => {
  expect(shapeInto(plan, 5, { task: null, index: 0 })).toEqual([36, 36, 1]);
  expect(shapeInto(plan, 5, { task: 'top-left', index: 0 })).toEqual([50]);
  expect(shapeInto(plan, 6, { task: 'top-left', index: 0 })).toBeUndefined();
});

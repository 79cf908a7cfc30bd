/** The editor's state by what is done to it, without a page. */
import { expect, test } from 'vitest';
import type { SetLabels } from '#data/sets/manifest.ts';
import { type EditorAction, openEditor, reduceEditor } from './editor-state.ts';
import { only, pick, placeAfter } from './selection.ts';

const nan = Number.NaN;
const labels: SetLabels = {
  columns: [
    {
      info: { id: 'animal', name: 'Animal', kind: 'class', classes: ['cat', 'dog', 'cow'] },
      values: Float32Array.of(0, nan, 1, nan, nan),
    },
    {
      info: { id: 'traits', name: 'Traits', kind: 'labels', classes: ['wet', 'old'] },
      values: new Float32Array(10).fill(nan),
    },
  ],
  parts: Uint8Array.of(0, 0, 0, 1, 2),
  origins: new Uint8Array(5),
};

const after = (...actions: readonly EditorAction[]) => actions.reduce(reduceEditor, openEditor(labels));
const values = (state: ReturnType<typeof after>, at = 0) => [
  ...(state.history.labels.columns[at]?.values ?? []),
];

test('a label for an image without one goes on to the next; for another it stays', () => {
  const first = after({ type: 'give', at: 2 });
  expect([values(first), first.selection.active]).toEqual([[2, nan, 1, nan, nan], 0]);
  const second = reduceEditor(reduceEditor(first, { type: 'next' }), { type: 'give', at: 1 });
  expect([values(second), second.selection.active]).toEqual([[2, 1, 1, nan, nan], 3]);
  const last = [2, 0].reduce((state, at) => reduceEditor(state, { type: 'give', at }), second);
  expect(values(last)).toEqual([2, 1, 1, 2, 0]);
  expect(last.said).toMatchObject({ isRefusal: false });
});

test('several chosen get the label at once, of several labels it is there or not', () => {
  const chosen = after({ type: 'focus', column: 'traits' }, { type: 'all' }, { type: 'give', at: 1 });
  expect(values(chosen, 1)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(values(reduceEditor(chosen, { type: 'give', at: 1 }), 1)).toEqual(
    Array.from({ length: 10 }, () => 0),
  );
  expect(values(reduceEditor(chosen, { type: 'undo' }), 1).every(Number.isNaN)).toBe(true);
});

test('what was filtered stays while it is labelled; a question about classes ends when they change', () => {
  const filter = { part: null, label: { kind: 'not-labelled', column: 'animal' }, text: '' } as const;
  const state = after({ type: 'filter', filter }, { type: 'give', at: 0 });
  expect([...state.list]).toEqual([1, 3, 4]);
  expect(state.selection.active).toBe(1);
  const cats = { ...filter, label: { kind: 'class', column: 'animal', at: 1 } } as const;
  const merged = after(
    { type: 'filter', filter: cats },
    { type: 'edit', edit: { kind: 'merge', column: 'animal', from: [1], into: 0 } },
  );
  expect([merged.filter.label, merged.list.length]).toEqual([null, 5]);
});

test('a refusal is told, and changes nothing', () => {
  const state = after({ type: 'edit', edit: { kind: 'rename', column: 'animal', at: 0, name: 'dog' } });
  expect(state.said).toMatchObject({ isRefusal: true });
  expect(state.history.done).toEqual([]);
});

test('a draft is taken up, as far as it fits', () => {
  const samples = Uint32Array.of(1);
  const state = openEditor(labels, {
    edits: [
      { kind: 'set', column: 'animal', samples, at: 0, value: 2 },
      { kind: 'clear', column: 'gone', samples },
    ],
  });
  expect([values(state), state.history.done.length]).toEqual([[0, 2, 1, nan, nan], 1]);
  expect(state.said?.text).toContain('Not all of the draft fits');
});

test('chooses by click, ranges with shift and one by one with ctrl', () => {
  const list = Uint32Array.of(10, 11, 12, 13, 14);
  const start = only(list, 1);
  expect([...pick(list, start, 3, { extend: true }).chosen]).toEqual([11, 12, 13]);
  expect([...pick(list, start, 3, { toggle: true }).chosen]).toEqual([11, 13]);
  expect([...pick(list, pick(list, start, 3, { toggle: true }), 1, { toggle: true }).chosen]).toEqual([13]);
  expect(pick(list, start, 9)).toBe(start);
  expect(only(new Uint32Array(), 0).active).toBe(-1);
  const steps = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'x'];
  expect(steps.map((key) => placeAfter(key, 3, 10, 4))).toEqual([2, 4, 3, 7, 0, 9, null]);
});

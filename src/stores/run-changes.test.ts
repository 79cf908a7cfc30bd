import { describe, expect, it } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { Experiment } from '#experiment/schema.ts';
import { ChangeLog, changesUpTo } from './run-changes.ts';

const data = { source: 'multi-fashion', settings: {} };
const base = experimentFor(infoFor(data), data);
const rate = (learningRate: number): Experiment => ({
  ...base,
  training: { ...base.training, learningRate },
});
const [a, b, c] = [rate(1e-3), rate(2e-3), rate(3e-3)];

describe('ChangeLog', () => {
  it('writes down each change with its step', () => {
    const log = new ChangeLog();
    const one = log.add([], { before: a, after: b, step: 10, now: 0 });
    const two = log.add(one, { before: b, after: c, step: 20, now: 9000 });
    expect(two).toEqual([
      { step: 10, words: 'learning rate 1e-3 → 2e-3' },
      { step: 20, words: 'learning rate 2e-3 → 3e-3' },
    ]);
  });

  it('takes a value on its way to another for one change, and one that came back for none', () => {
    const log = new ChangeLog();
    const one = log.add([], { before: a, after: b, step: 10, now: 0 });
    const two = log.add(one, { before: b, after: c, step: 12, now: 500 });
    expect(two).toEqual([{ step: 12, words: 'learning rate 1e-3 → 3e-3' }]);
    expect(log.add(two, { before: c, after: a, step: 13, now: 900 })).toEqual([]);
    expect(log.add([], { before: a, after: b, step: 13, now: 950 })).toHaveLength(1);
  });

  it('takes all changes at one step for one, however long they took', () => {
    const log = new ChangeLog();
    const one = log.add([], { before: a, after: b, step: 10, now: 0 });
    expect(log.add(one, { before: b, after: c, step: 10, now: 60_000 })).toEqual([
      { step: 10, words: 'learning rate 1e-3 → 3e-3' },
    ]);
  });

  it('keeps the last fifty', () => {
    const log = new ChangeLog();
    let changes = log.add([], { before: a, after: b, step: 0, now: 0 });
    for (let step = 1; step < 60; step++)
      changes = log.add(changes, { before: rate(step), after: rate(step + 1), step, now: step * 5000 });
    expect(changes).toHaveLength(50);
    expect(changes.at(-1)?.step).toBe(59);
  });
});

describe('changesUpTo', () => {
  it('lets a change hold from where the run went back to', () => {
    const changes = [
      { step: 3, words: 'x' },
      { step: 9, words: 'y' },
    ];
    expect(changesUpTo(changes, 9)).toBe(changes);
    expect(changesUpTo(changes, 5)).toEqual([
      { step: 3, words: 'x' },
      { step: 5, words: 'y' },
    ]);
  });
});

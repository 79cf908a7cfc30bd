import { expect, it } from 'vitest';
import { bytesWanted, planPruning } from './pruning.ts';

const run = (id: string, updatedAt: number, steps: readonly number[], more: object = {}) => ({
  id,
  updatedAt,
  pinned: false,
  best: { mean: 20 },
  checkpoints: steps.map((step) => ({ step, bytes: 100 })),
  ...more,
});

const runs = [
  run('new', 3, [10, 20, 30, 40]),
  run('old', 1, [10, 20, 40]),
  run('pinned', 0, [10, 20, 40], { pinned: true }),
  run('open', 0, [10, 20, 40]),
  run('alone', 2, [40]),
  run('best last', 2, [10, 20]),
];
const isInUse = (id: string) => id === 'open';
const gone = (wanted: number) => {
  const { drops, ...rest } = planPruning(runs, wanted, isInUse);
  return [drops.map((each) => `${each.run} ${each.step}`), rest];
};

it('takes those between of every run first, the oldest runs first, then the best', () => {
  expect(gone(Infinity)).toEqual([
    ['old 10', 'best last 10', 'new 10', 'new 30', 'old 20', 'new 20'],
    { bytes: 600, lacking: 0 },
  ]);
});

it('takes no more than is wanted, and says what it cannot free', () => {
  expect(gone(0)).toEqual([[], { bytes: 0, lacking: 0 }]);
  expect(gone(1)).toEqual([['old 10'], { bytes: 100, lacking: 0 }]);
  expect(gone(200)).toEqual([['old 10', 'best last 10'], { bytes: 200, lacking: 0 }]);
  expect(gone(1000)[1]).toEqual({ bytes: 600, lacking: 400 });
});

it('never takes the last checkpoint, whatever is wanted', () => {
  const { drops } = planPruning(runs, Infinity, () => false);
  for (const { id, checkpoints } of runs)
    expect(drops).not.toContainEqual(expect.objectContaining({ run: id, step: checkpoints.at(-1)?.step }));
});

it('wants room beyond the reader’s limit or nine tenths of the quota', () => {
  const kept = [{ bytes: 400 }, { bytes: 300 }];
  expect(bytesWanted(kept, null, null)).toBe(0);
  expect(bytesWanted(kept, 1000, { bytes: 800, quota: 1000 })).toBe(0);
  expect(bytesWanted(kept, 500, { bytes: 800, quota: 1000 })).toBe(200);
  expect(bytesWanted(kept, 650, { bytes: 980, quota: 1000 })).toBe(80);
});

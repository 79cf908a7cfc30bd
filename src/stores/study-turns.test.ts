import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { Member, Study } from '#studies/study.ts';
import { beginsRound, nextTurn } from './study-turns.ts';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);

const member = (state: Member['state'], base = 0): Member => ({
  label: '',
  experiment,
  run: null,
  state,
  reason: '',
  ...(base > 0 ? { from: { run: 'a', step: base } } : {}),
});

const study = (members: readonly Member[], turn: number | null): Study => ({
  id: 's',
  kind: 'race',
  name: '',
  members,
  turn,
  stopping: null,
  budget: null,
  baseline: null,
  createdAt: 0,
  state: 'training',
  deletedAt: null,
});

test('without turns, the first that is not through trains to its end', () => {
  const members = [member('finished'), member('failed'), member('waiting'), member('waiting')];
  expect(nextTurn(study(members, null), [12, 0, 3, 9])).toEqual({ member: 2, until: null });
  expect(nextTurn(study([member('finished'), member('stopped')], null), [12, 3])).toBe(null);
});

test('in turns, the one that is the furthest behind trains up to the next whole turn', () => {
  const open = [member('waiting'), member('waiting'), member('finished')];
  expect(nextTurn(study(open, 5), [0, 0, 0])).toEqual({ member: 0, until: 5 });
  expect(nextTurn(study(open, 5), [5, 0, 0])).toEqual({ member: 1, until: 5 });
  expect(nextTurn(study(open, 5), [5, 5, 0])).toEqual({ member: 0, until: 10 });
});

test('makes good a turn that was cut short, and counts from where a branch began', () => {
  const branches = [member('waiting', 7), member('training', 7)];
  expect(nextTurn(study(branches, 5), [12, 9])).toEqual({ member: 1, until: 12 });
  expect(nextTurn(study(branches, 5), [12, 12])).toEqual({ member: 0, until: 17 });
  // One that has no run yet counts as not begun.
  expect(nextTurn(study(branches, 5), [0, 12])).toEqual({ member: 0, until: 12 });
});

test('asks the budget before a member begins, and in turns before a round', () => {
  const open = [member('waiting'), member('waiting')];
  const asks = (turn: number | null, steps: number[]) => {
    const next = nextTurn(study(open, turn), steps);
    return next && beginsRound(study(open, turn), steps, next);
  };
  expect(asks(null, [0, 0])).toBe(true);
  expect(asks(null, [3, 0])).toBe(false);
  expect(asks(5, [0, 0])).toBe(true);
  expect(asks(5, [5, 0])).toBe(false);
  expect(asks(5, [5, 3])).toBe(false);
  expect(asks(5, [5, 5])).toBe(true);
});

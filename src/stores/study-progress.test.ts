import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { RunRecord } from '#storage/run-record.ts';
import type { Member } from '#studies/study.ts';
import { newRecord } from './new-record.ts';
import { progressOf } from './study-progress.ts';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);
const stepsOf = () => 100;

const member = (state: Member['state'], run: string | null, base?: number): Member => ({
  label: '',
  experiment,
  run,
  state,
  reason: '',
  ...(base === undefined ? {} : { from: { run: 'parent', step: base } }),
});

const record = (id: string, step: number, seconds: number): RunRecord => ({
  ...newRecord(experiment, id),
  id,
  step,
  seconds,
});

const nowhere = { id: null, step: 0 };

test('adds up steps and what is left, by the pace of the members that have trained', () => {
  const members = [member('finished', 'a'), member('training', 'b'), member('waiting', null)];
  const runs = [record('a', 100, 10), record('b', 20, 6)];
  expect(progressOf({ members }, runs, nowhere, stepsOf)).toEqual({
    done: 120,
    total: 300,
    secondsLeft: 80 * 0.3 + 100 * 0.2,
  });
});

test('is as far as the run on the page, and leaves out what is not trained any more', () => {
  const members = [member('stopped', 'a'), member('training', 'b'), member('failed', null)];
  const runs = [record('a', 40, 4), record('b', 20, 2)];
  const { done, total } = progressOf({ members }, runs, { id: 'b', step: 30 }, stepsOf);
  expect([done, total]).toEqual([70, 140]);
});

test('counts a branch from where it began, and tells no time before there is a pace', () => {
  const members = [member('waiting', 'a', 60), member('waiting', null, 60)];
  expect(progressOf({ members }, [record('a', 75, 15)], nowhere, stepsOf)).toEqual({
    done: 15,
    total: 80,
    secondsLeft: 25 * 0.2 + 40 * 0.2,
  });
  expect(progressOf({ members: [member('waiting', null)] }, [], nowhere, stepsOf).secondsLeft).toBe(null);
});

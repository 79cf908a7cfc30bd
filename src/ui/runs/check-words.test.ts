import { expect, it } from 'vitest';
import type { CheckResult } from '#stores/capsules.ts';
import { wordsOf } from './check-words.ts';
import { record } from './testing.ts';

const result: CheckResult = {
  verdict: 'identical',
  part: 'test',
  samples: 2000,
  step: 300,
  absolute: 0,
  relative: 0,
  at: null,
  isSameData: true,
};
const run = record('1');
const [task] = run.experiment.tasks;

it('says plainly that all is the same', () => {
  expect(wordsOf(result, run)).toEqual({
    verdict: 'Identical',
    tone: 'good',
    account:
      'The weights of step 300 were asked about 2,000 test samples again. Every number is the one that was kept. Data set and split are those that it was trained on.',
  });
});

it('says how large the largest difference is, and where', () => {
  const at = { task: task?.id ?? '', sample: 21_345 };
  const rounding = { ...result, verdict: 'rounding', absolute: 3.14159e-6, relative: 4e-7, at } as const;
  expect(wordsOf(rounding, run)).toMatchObject({ verdict: 'Within rounding', tone: 'good' });
  expect(wordsOf(rounding, run).account).toContain(
    `The largest difference is 3.14e-6 (4.00e-7 of the task’s largest output), of ${task?.name}, sample 21,345.`,
  );
  const differs = { ...result, verdict: 'differs', absolute: Infinity, relative: Infinity, at } as const;
  expect(wordsOf(differs, run)).toMatchObject({ verdict: 'Differs', tone: 'bad' });
  expect(wordsOf(differs, run).account).toContain('is without bounds');
});

it('says what is not known of the data, or that they are others', () => {
  expect(wordsOf({ ...result, isSameData: null }, run).account).toContain('cannot be told');
  expect(wordsOf({ ...result, verdict: 'other-data', isSameData: false }, run)).toMatchObject({
    verdict: 'Not compared',
    tone: 'bad',
    account: expect.stringContaining('its fingerprint differs'),
  });
});

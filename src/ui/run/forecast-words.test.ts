/** The words of a forecast. */
import { expect, it } from 'vitest';
import type { MeasuredStep } from '#experiment/step-estimate.ts';
import { agoText, basisText, roughDuration, stepText } from './forecast-words.ts';

const from: MeasuredStep = { key: 'a', milliseconds: 10, flops: 2e7, origin: 'run', at: 0 };

it('writes a step to three digits', () => {
  expect([0.123, 12.345, 999, 1204].map(stepText)).toEqual(['0.12 ms', '12.3 ms', '999 ms', '1.20 s']);
});

it('rounds what is not known any better', () => {
  const texts = [0.4, 7, 48, 63, 134, 719, 3599, 5000, 40_000].map(roughDuration);
  expect(texts).toEqual([
    'less than a second',
    '7 s',
    '48 s',
    '1 min',
    '2 min 10 s',
    '12 min',
    '1 h',
    '1 h 25 min',
    '11 h 5 min',
  ]);
});

it('says what it rests on, and when that was', () => {
  expect(basisText(null, 0)).toBe('No step was timed on this adapter yet.');
  const measured = { milliseconds: 10, basis: 'measured', from, factor: 1.3 } as const;
  expect(basisText(measured, 130_000)).toBe('Measured in a run on this adapter, 2 minutes ago.');
  const timed = { ...measured, from: { ...from, origin: 'timed' as const } };
  expect(basisText(timed, 1000)).toBe('From a few timed steps on this adapter, just now.');
  const scaled = { ...measured, basis: 'scaled' as const, factor: 2.41 };
  expect(basisText(scaled, 7_300_000)).toBe(
    'Estimated from the 2.0 GFLOP/s that another network reached here 2 hours ago: may be off by a factor of 2.4.',
  );
});

it('counts ages in whole units', () => {
  expect(agoText(0, 59_000)).toBe('just now');
  expect(agoText(0, 3 * 86_400_000)).toBe('3 days ago');
});

/** Every method, in TypeScript, against the libraries and exact solvers: see golden/README.md. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { goldenCases } from './golden/cases.ts';
import { errorOf } from './golden/run.ts';
import { goldenText } from './golden/testing.ts';
import { isStrategy, strategies } from './index.ts';

const tolerance = 1e-6;
const { byMethod, skipped } = goldenCases(goldenText());

test('every method of the golden file is in the registry', () => {
  const missing = [...byMethod.keys()].filter((method) => !isStrategy(method));
  expect(missing, `known are ${Object.keys(strategies).join(', ')}`).toEqual([]);
});

test('the golden file has cases that count', async ({ annotate }) => {
  for (const [reason, count] of skipped) await annotate(`left out ${count} of ${reason}`, 'skipped');
  expect([...byMethod.values()].flat().length).toBeGreaterThan(0);
});

test('a strategy that nobody knows is an error, and so is a text that is no golden file', () => {
  const [record] = JSON.parse(goldenText());
  expect(() => goldenCases(JSON.stringify([{ ...record, strategy: 'Nobody' }]))).toThrow(RangeError);
  expect(() => goldenCases('[{}]')).toThrow(z.ZodError);
});

describe('in TypeScript', () => {
  for (const [method, cases] of byMethod)
    test.runIf(isStrategy(method))(`${method} agrees with its golden cases`, async ({ annotate }) => {
      const errors = cases.map((each) => ({ id: each.id, error: errorOf(each) }));
      const worst = Math.max(...errors.map(({ error }) => error));
      await annotate(
        `${method}: ${cases.length} cases, worst relative error ${worst.toExponential(1)}, allowed ${tolerance.toExponential(0)}`,
        'golden',
      );
      const wrong = errors.filter(({ error }) => !(error <= tolerance));
      expect(wrong.map(({ id, error }) => `${id}: ${error.toExponential(1)}`)).toEqual([]);
    });
});

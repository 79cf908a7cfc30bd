/** Documents of other versions. */
import { expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { ExperimentError } from './problem.ts';
import { currentVersion } from './schema.ts';

it('leaves a document of the current version as it is', () => {
  const document = { version: currentVersion, anything: [1, 2] };
  expect(migrate(document)).toBe(document);
});

it('takes an old document through every step, in order, and stamps its version', () => {
  const steps = {
    1: ({ lr, ...rest }: Record<string, unknown>) => ({ ...rest, rate: lr }),
    2: (document: Record<string, unknown>) => ({
      ...document,
      rate: [document['rate'], document['version']],
    }),
  };
  expect(migrate({ version: 1, lr: 0.1 }, 3, steps)).toEqual({ version: 3, rate: [0.1, 2] });
  expect(migrate({ version: 2, rate: 5 }, 3, steps)).toEqual({ version: 3, rate: [5, 2] });
});

it('does not change the document that it is given', () => {
  const document = { version: 1, lr: 0.1 };
  migrate(document, 2, { 1: (old) => ({ ...old, lr: 7 }) });
  expect(document).toEqual({ version: 1, lr: 0.1 });
});

it('fails loudly where a step was forgotten', () => {
  expect(() => migrate({ version: 1 }, 2, {})).toThrow('No migration from version 1.');
});

it.each([
  [{}, 'nothing', 'Set it to 1.'],
  [{ version: '1' }, '"1"', 'Set it to 1.'],
  [{ version: 0 }, '0', 'Set it to 1.'],
  [{ version: 1.5 }, '1.5', 'It was written by a newer Trunkline: update this one.'],
  [{ version: 99 }, '99', 'It was written by a newer Trunkline: update this one.'],
])('refuses %j', (document, found, remedy) => {
  const rule = 'must be a whole number from 1 to 1';
  expect(() => migrate(document)).toThrow(new ExperimentError([{ path: 'version', rule, found, remedy }]));
});

it.each([null, 3, 'text', [[]]])('refuses %j, which is no document', (document) => {
  expect(() => migrate(document)).toThrow('document: must be an experiment');
});

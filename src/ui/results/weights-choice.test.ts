import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { choiceOf, keyOfStep, ruleOf, stepOf, weightsKeys, weightsName } from './weights-choice.ts';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);
const [first, second] = experiment.tasks;
if (!first || !second) throw new Error('two tasks');
const run = { step: 400, best: { mean: 300, [first.id]: 300, [second.id]: 1200 } };

test('offers the latest, the best by the mean and the best of each task that was validated', () => {
  expect(weightsKeys(experiment, { step: 5, best: {} })).toEqual(['last']);
  expect(weightsKeys(experiment, run)).toEqual(['last', 'best', `task:${first.id}`, `task:${second.id}`]);
  const alone = { ...experiment, tasks: [first] };
  expect(weightsKeys(alone, run)).toEqual(['last', 'best']);
});

test('knows the step of each, and what the worker is asked for', () => {
  expect(stepOf('last', run)).toBe(400);
  expect(stepOf('best', run)).toBe(300);
  expect(stepOf(`task:${second.id}`, run)).toBe(1200);
  expect(stepOf('best', { step: 5, best: {} })).toBeUndefined();
  expect(choiceOf('best')).toBe('best');
  expect(choiceOf(`task:${second.id}`)).toEqual({ bestOf: second.id });
  expect(keyOfStep(300, experiment, run)).toBe('best');
  expect(keyOfStep(1200, experiment, run)).toBe(`task:${second.id}`);
  expect(keyOfStep(7, experiment, run)).toBe('last');
});

test('says the rule of each in words', () => {
  expect(ruleOf('best', experiment, 300)).toBe(
    'Best = lowest mean of the tasks’ validation losses, at step 300.',
  );
  expect(ruleOf(`task:${second.id}`, experiment, 1200)).toBe(
    `Best for ${second.name} = its lowest validation loss, at step 1,200. Other tasks may do better with other weights.`,
  );
  expect(ruleOf('last', experiment, 400)).toContain('not necessarily the best');
  expect(weightsName(`task:${first.id}`, experiment)).toBe(`Best for ${first.name}`);
  expect(ruleOf('best', { ...experiment, tasks: [first] }, undefined)).toBe('Best = lowest validation loss.');
});

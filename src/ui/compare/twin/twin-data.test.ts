import { expect, test } from 'vitest';
import type { RunRecord } from '#stores/library.ts';
import { singleTask } from '#studies/twin.ts';
import { experiment, record } from '../../runs/testing.ts';
import { unitOf } from '../run-axis.ts';
import { deltaCurves, resultOf, twinsOf } from './twin-data.ts';

const [first = '', second = ''] = experiment.tasks.map(({ id }) => id);

/** Validations at steps, with the accuracy and loss of each task. */
function validations(
  steps: readonly (readonly [step: number, tasks: Record<string, [accuracy: number, loss: number]>])[],
) {
  return steps.map(([step, tasks]) => ({
    split: 'validation' as const,
    step,
    seconds: step,
    meanLoss: 1,
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([id, [accuracy, loss]]) => [id, { loss, metrics: { accuracy } }]),
    ),
  }));
}

const multi = record('multi', {
  step: 200,
  totalSteps: 200,
  best: { mean: 100 },
  validations: validations([
    [100, { [first]: [0.5, 2], [second]: [0.4, 1] }],
    [200, { [first]: [0.8, 1], [second]: [0.6, 1] }],
  ]),
});

function alone(id: string, task: string, change: Partial<RunRecord>): RunRecord {
  return record(id, {
    experiment: singleTask(experiment, task),
    step: 200,
    totalSteps: 200,
    study: 's',
    best: { mean: 100 },
    ...change,
  });
}
const firstAlone = alone('a', first, {
  validations: validations([
    [100, { [first]: [0.4, 1] }],
    [200, { [first]: [0.64, 2] }],
  ]),
});
const secondAlone = alone('b', second, {
  status: 'running',
  step: 150,
  validations: validations([[100, { [second]: [0.5, 0.5] }]]),
});

test('twins are the runs of one task each with the shared layers of a run of all', () => {
  const [twin, ...others] = twinsOf([firstAlone, multi, secondAlone]);
  expect(others).toEqual([]);
  expect(twin?.multi.id).toBe('multi');
  expect(Array.from(twin?.singles ?? [], ([task, { id }]) => [task, id])).toEqual([
    [first, 'a'],
    [second, 'b'],
  ]);
  expect(twin?.axis).toBe('step');
  expect(twinsOf([firstAlone, secondAlone])).toEqual([]);
  expect(twinsOf([multi])).toEqual([]);
  const other = { ...firstAlone, experiment: { ...firstAlone.experiment, seed: 1 } };
  expect(twinsOf([multi, other])).toEqual([]);
});

test('studies do not mix', () => {
  const twins = twinsOf([multi, firstAlone, secondAlone, alone('c', first, { study: 't', totalSteps: 400 })]);
  expect(twins.map(({ singles, axis }) => [[...singles.values()].map(({ id }) => id), axis])).toEqual([
    [['a', 'b'], 'step'],
    [['c'], 'flops'],
  ]);
});

const [twin] = twinsOf([multi, firstAlone, secondAlone]);
if (!twin) throw new Error('no twin');
const changes = ({ tasks }: ReturnType<typeof resultOf>) => tasks.map(({ change }) => change);

test('level with each other: at the last validations that both have', () => {
  const result = resultOf(twin, 'level', 'metric');
  // first: 0.8 against 0.64 at step 200; second: 0.4 against 0.5 at step 100
  expect(changes(result)[0]).toBeCloseTo(25);
  expect(changes(result)[1]).toBeCloseTo(-20);
  expect(result.mean).toBeCloseTo(2.5);
  expect(Object.fromEntries(result.steps)).toEqual({ [first]: [200, 200], [second]: [100, 100] });
});

test('by the loss a lower value is better', () => {
  const result = resultOf(twin, 'level', 'loss');
  expect(changes(result)).toEqual([50, -100]);
});

test('the best of each, and a test that nobody took', () => {
  expect(changes(resultOf(twin, 'best', 'metric')).map((change) => Math.round(change))).toEqual([25, -20]);
  const tested = resultOf(twin, 'test', 'metric');
  expect(tested.count).toBe(0);
  expect(tested.mean).toBeNaN();
});

test('over the validations, as far as the twins have come', () => {
  const { step, tasks, mean } = deltaCurves(twin, 'metric');
  expect([...step]).toEqual([100, 200]);
  expect(tasks.map((values) => Array.from(values, (value) => Math.round(value * 100)))).toEqual([
    [25, 25],
    [-20, NaN],
  ]);
  expect(mean[0]).toBeCloseTo(0.025);
  expect(mean[1]).toBeNaN();
});

test('with equal FLOPs, what is level is where as much was calculated', () => {
  const ratio = unitOf(experiment, 'flops') / unitOf(firstAlone.experiment, 'flops');
  expect(ratio).toBeGreaterThan(1);
  const steps = [Math.round(100 * ratio), Math.round(200 * ratio)] as const;
  const cheaper = alone('a', first, {
    step: steps[1],
    totalSteps: steps[1],
    validations: validations([
      [steps[0], { [first]: [0.25, 1] }],
      [steps[1], { [first]: [0.4, 1] }],
    ]),
  });
  const [equal] = twinsOf([multi, cheaper]);
  if (!equal) throw new Error('no twin');
  expect(equal.axis).toBe('flops');
  expect(Array.from(deltaCurves(equal, 'metric').tasks[0] ?? [], (value) => Math.round(value * 100))).toEqual(
    [100, 100],
  );
  expect(resultOf(equal, 'level', 'metric').steps.get(first)).toEqual([200, steps[1]]);
});

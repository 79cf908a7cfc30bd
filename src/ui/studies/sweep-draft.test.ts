import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { planNetwork } from '#experiment/plan.ts';
import { sweepPaths } from '#studies/sweep.ts';
import { experiment } from '../runs/testing.ts';
import { axisFor, firstDraft, planOf, specOf, type AxisDraft, type SweepDraft } from './sweep-draft.ts';

const info = infoFor(experiment.data);
const fields = sweepPaths(experiment);
const check = (member: typeof experiment) => void planNetwork(member, info);

function axis(path: string, change: Partial<AxisDraft> = {}): AxisDraft {
  const field = fields.find((each) => each.path === path);
  if (!field) throw new Error(`no field ${path}`);
  return { ...axisFor(field, 0), ...change };
}
const draft = (change: Partial<SweepDraft>): SweepDraft => ({ ...firstDraft(experiment), ...change });
const planned = (change: Partial<SweepDraft>) => planOf(draft(change), experiment, check);

test('begins with the learning rate, around what it is', () => {
  const { plan } = planned({});
  const { learningRate } = experiment.training;
  const rates = plan?.members.map((member) => member.experiment.training.learningRate) ?? [];
  expect(rates).toHaveLength(3);
  expect(rates[1]).toBe(learningRate);
  expect(rates[0]).toBeLessThan(learningRate);
  expect(rates[2]).toBeGreaterThan(learningRate);
});

test('every field is offered with values that it takes; shapes that do not fit are told by the layer', () => {
  const refused = fields.flatMap(({ path }) => {
    const { problem } = planned({ axes: [axis(path)] });
    if (problem !== null) expect(problem).toMatch(/member 2 .*(does not fit|must divide)/);
    return problem === null ? [] : [path];
  });
  expect(refused).toEqual(['trunk.0.stride', 'trunk.0.groups', 'trunk.2.groups']);
});

test('values, ranges and choices make a grid or are drawn from', () => {
  const axes = [
    axis('training.learningRate', { as: 'range', low: 1e-4, high: 1e-2, scale: 'log', steps: 3 }),
    { ...axis('strategy.kind', { chosen: ['equal', 'mgda'] }), key: 1 },
  ];
  const grid = planned({ axes }).plan?.members.map(({ experiment: { training, strategy } }) => [
    training.learningRate,
    strategy.kind,
  ]);
  expect(grid).toEqual(
    [1e-4, 1e-3, 1e-2].flatMap((rate) => [
      [rate, 'equal'],
      [rate, 'mgda'],
    ]),
  );
  expect(planned({ axes, mode: 'random', count: 7 }).plan?.members).toHaveLength(7);
});

test('limits go into the plan: the budget in seconds, the median rule', () => {
  expect(planned({ budgetMinutes: 2, stopsHopeless: true }).plan).toMatchObject({
    budget: 120,
    stopping: { grace: 3, least: 3 },
  });
  expect(planned({}).plan).toMatchObject({ budget: null, stopping: null });
});

test('a list is JSON, and the first one can be started as it stands', () => {
  const { plan } = planned({ mode: 'list' });
  expect(plan?.members.map(({ experiment: { strategy } }) => strategy.kind)).toEqual(['equal', 'mgda']);
  expect(planned({ mode: 'list', list: '[{' }).problem).toMatch(/must be JSON/);
  expect(planned({ mode: 'list', list: '{}' }).problem).toMatch(/list/);
});

test('what is wrong is said with the place of it', () => {
  expect(planned({ axes: [] }).problem).toMatch(/axes: must have at least one axis/);
  expect(planned({ axes: [axis('training.learningRate', { text: '1e-3, fast' })] }).problem).toMatch(
    /learning rate.*“fast”/is,
  );
  expect(planned({ axes: [axis('training.learningRate', { text: ' ' })] }).problem).toMatch(/value to try/);
  expect(planned({ axes: [axis('training.learningRate', { text: '-1' })] }).problem).toMatch(
    /member 1.*learningRate/s,
  );
  const range = { as: 'range', low: 1, high: 0.1 } as const;
  expect(planned({ axes: [axis('training.learningRate', range)] }).problem).toMatch(/"low" below its "high"/);
});

test('the specification is one that a file may hold', () => {
  const spec = specOf(draft({ budgetMinutes: 1 }), experiment);
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
});

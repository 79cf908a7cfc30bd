import { expect, test } from 'vitest';
import { numberText } from '../shared/number-text.ts';
import { experiment, record } from '../runs/testing.ts';
import { racePlan, startOf, type RaceDraft } from './race-draft.ts';

const run = record('1');
const draft = (change: Partial<RaceDraft> = {}): RaceDraft => ({
  run: '1',
  step: 300,
  by: 'methods',
  methods: ['equal', 'pcgrad', 'mgda'],
  rates: '1e-3, 3e-4',
  turn: 20,
  ...change,
});
const page = { ...experiment, seed: experiment.seed + 1, name: 'On the page' };

test('methods race from a checkpoint of the run, with all else as the run had it', () => {
  const { plan } = racePlan(draft(), page, [run]);
  expect(plan).toMatchObject({ kind: 'race', turn: 20 });
  expect(plan?.members.map(({ from }) => from)).toEqual([1, 2, 3].map(() => ({ run: '1', step: 300 })));
  expect(plan?.members.map((member) => member.experiment)).toEqual(
    ['equal', 'pcgrad', 'mgda'].map((kind) => ({
      ...run.experiment,
      strategy: { ...run.experiment.strategy, kind, settings: expect.anything() },
    })),
  );
});

test('without a run they begin with fresh weights of the experiment on the page', () => {
  const { plan } = racePlan(draft({ run: null, by: 'rates' }), page, [run]);
  expect(
    plan?.members.map(({ label, from, experiment: { seed, training } }) => [
      label,
      from,
      seed,
      training.learningRate,
    ]),
  ).toEqual([
    [`learning rate ${numberText(1e-3)}`, undefined, page.seed, 1e-3],
    [`learning rate ${numberText(3e-4)}`, undefined, page.seed, 3e-4],
  ]);
});

test('another network races with the one that was, on the same batches only', () => {
  const wider = { ...run.experiment, trunk: run.experiment.trunk.slice(0, -1) };
  const { plan } = racePlan(draft({ by: 'network' }), wider, [run]);
  expect(plan?.members.map((member) => member.experiment)).toEqual([run.experiment, wider]);
  expect(racePlan(draft({ by: 'network' }), page, [run]).problem).toMatch(/seed: must be that of the run/);
});

test('says what is missing', () => {
  expect(racePlan(draft({ methods: ['mgda'] }), page, [run]).problem).toMatch(/two or more/);
  expect(racePlan(draft({ by: 'rates', rates: '1e-3, slow' }), page, [run]).problem).toMatch(/“slow”/);
  expect(racePlan(draft({ by: 'rates', rates: '1e-3, 0.001' }), page, [run]).problem).toMatch(
    /name of its own/,
  );
});

test('begins where something is left to train, and refuses the end of a run', () => {
  expect(startOf(run)).toBe(300);
  expect(startOf(record('2', { checkpoints: [{ step: 400, bytes: 1 }] }))).toBe(400);
  expect(racePlan(draft({ step: 400 }), page, [run]).problem).toMatch(/must be before the end of the run/);
});

import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import { planNetwork } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { optimiserSchema } from '#experiment/training.ts';
import type { RunRecord } from '#stores/library.ts';
import { experiment, record } from '../runs/testing.ts';
import { csvOf, markdownOf, nextSort, sorted, tableOf, type RunTable } from './table-data.ts';
import { differingFields } from './table-fields.ts';
import { caveatsOf } from './table-measures.ts';

const [first = '', second = ''] = experiment.tasks.map(({ id }) => id);
const [firstName = '', secondName = ''] = experiment.tasks.map(({ name }) => name);
const options = { part: 'best', allMetrics: false, folded: false } as const;

/** One validation at step 100 with these accuracies; the losses are what is missing to one. */
function validated(id: string, accuracies: readonly [number, number], change: Partial<RunRecord> = {}) {
  const [one, other] = accuracies;
  const scores = (accuracy: number) => ({ loss: 1 - accuracy, metrics: { accuracy, f1: accuracy / 2 } });
  return record(id, {
    validations: [
      {
        split: 'validation',
        step: 100,
        seconds: 1,
        tasks: { [first]: scores(one), [second]: scores(other) },
        meanLoss: 1 - (one + other) / 2,
      },
    ],
    best: { mean: 100, [first]: 100, [second]: 100 },
    ...change,
  });
}

const training = (change: Partial<Experiment['training']>): Experiment => ({
  ...experiment,
  training: { ...experiment.training, ...change },
});

/** Texts of a column by the name that it has alone, the best with a star. */
function column(table: RunTable, name: string): string[] {
  const index = table.columns.findIndex((each) => each.name === name);
  if (index < 0)
    throw new Error(`no column ${name} among ${table.columns.map((each) => each.name).join(', ')}`);
  return table.rows.map(({ cells }) => `${cells[index]?.text}${cells[index]?.isBest ? '*' : ''}`);
}

test('every task and the mean have their figures, and the best of each is marked by its direction', () => {
  const table = tableOf([validated('a', [0.8, 0.6]), validated('b', [0.7, 0.75])], options);
  expect(column(table, `${firstName} accuracy`)).toEqual(['80.0 %*', '70.0 %']);
  expect(column(table, `${firstName} loss`)).toEqual(['0.2000*', '0.3000']);
  expect(column(table, `${secondName} accuracy`)).toEqual(['60.0 %', '75.0 %*']);
  expect(column(table, 'mean accuracy')).toEqual(['70.0 %', '72.5 %*']);
  expect(column(table, 'mean loss')).toEqual(['0.3000', '0.2750*']);
  expect(table.groups.map(({ name }) => name)).toEqual(['Mean over tasks', firstName, secondName, 'Cost']);
  expect(table.columns.some(({ name }) => name.includes('f1'))).toBe(false);
  expect(
    column(tableOf([validated('a', [0.8, 0.6])], { ...options, allMetrics: true }), `${firstName} macro f1`),
  ).toEqual(['40.0 %']);
});

test('ties are marked together; NaN, infinite and missing figures and a lone one never are', () => {
  const tied = tableOf(
    [
      validated('a', [0.8, 0.6]),
      validated('b', [0.8, Number.NaN]),
      record('c', { validations: [], best: {} }),
    ],
    options,
  );
  expect(column(tied, `${firstName} accuracy`)).toEqual(['80.0 %*', '80.0 %*', '–']);
  expect(column(tied, `${secondName} accuracy`)).toEqual(['60.0 %', 'NaN', '–']);
  const diverged = tableOf([validated('a', [-Infinity, 0.5]), validated('b', [0.1, 0.5])], options);
  expect(column(diverged, `${firstName} loss`)).toEqual(['∞', '0.9000']);
});

test('best weights by the mean are one network, those of each task several, the last and the test are themselves', () => {
  const run = record('a', {
    test: {
      split: 'test',
      step: 300,
      seconds: 30,
      tasks: {
        [first]: { loss: 0.5, metrics: { accuracy: 0.5 } },
        [second]: { loss: 0.7, metrics: { accuracy: 0.4 } },
      },
      meanLoss: 0.6,
    },
  });
  const of = (part: 'best' | 'each' | 'last' | 'test') => {
    const table = tableOf([run], { ...options, part });
    return [`${firstName} accuracy`, `${secondName} accuracy`, 'mean accuracy'].flatMap((name) =>
      column(table, name),
    );
  };
  expect(of('best')).toEqual(['80.0 %', '70.0 %', '75.0 %']);
  expect(of('each')).toEqual(['80.0 %', '71.0 %', '75.5 %']);
  expect(of('last')).toEqual(['78.0 %', '71.0 %', '74.5 %']);
  expect(of('test')).toEqual(['50.0 %', '40.0 %', '45.0 %']);
});

test('a run without validations, tests or tasks of the others has dashes that say why', () => {
  const shapes = { source: 'shapes', settings: {} };
  const other = record('c', { experiment: experimentFor(infoFor(shapes), shapes) });
  const runs = [validated('a', [0.8, 0.6]), record('b', { validations: [], best: {} }), other];
  const table = tableOf(runs, options);
  const titles = (name: string, at: RunTable) => {
    const index = at.columns.findIndex((each) => each.name === name);
    return at.rows.map(({ cells }) => cells[index]?.title);
  };
  expect(titles(`${firstName} accuracy`, table)).toEqual([
    undefined,
    'This run was not validated',
    'This run does not have this task',
  ]);
  expect(titles('mean loss', tableOf(runs, { ...options, part: 'test' }))).toEqual(
    runs.map(() => 'This run was not tested'),
  );
  expect(caveatsOf(runs, 'best')).toEqual([
    'Not all runs are of the same data: their figures are of other images.',
    'Not all runs have the same tasks: each mean is over a run’s own tasks.',
  ]);
});

test('tests of other weights than the best are told of', () => {
  const [validation] = record('a').validations;
  if (!validation) throw new Error('a validation');
  const tested = (step: number) => ({ ...validation, split: 'test' as const, step });
  const runs = [
    record('a', { test: tested(300) }),
    record('b', { test: tested(400) }),
    record('c', { status: 'paused' }),
  ];
  expect(caveatsOf(runs, 'test')).toEqual([
    'One run has not come to the end.',
    'One run was not tested.',
    'One run was tested with other weights than the best by the mean.',
  ]);
});

test('costs are counted from the document', () => {
  const table = tableOf([validated('a', [0.8, 0.6], { step: 10, seconds: 4 })], options);
  const { parameterCount } = planNetwork(experiment, infoFor(experiment.data));
  expect(column(table, 'parameters')).toEqual([parameterCount.toLocaleString('en-GB')]);
  expect(column(table, 'steps')).toEqual(['10']);
  expect(column(table, 'FLOPs')[0]).toMatch(/^\d.* [MGT]FLOP$/);
  const gone = { ...experiment, data: { source: 'gone', settings: {} } };
  expect(column(tableOf([record('a', { experiment: gone })], options), 'parameters')).toEqual(['–']);
});

test('only what differs has a column, by readable names and with short values', () => {
  const mgda = { ...training({ learningRate: 3e-4 }), strategy: { ...experiment.strategy, kind: 'cagrad' } };
  const table = tableOf([record('a'), record('b', { experiment: mgda })], options);
  expect(table.groups[0]).toMatchObject({ name: 'Differs in' });
  expect(table.groups[0]?.columns.map(({ name }) => name)).toEqual(['method', 'learning rate']);
  expect(column(table, 'method')).toEqual(['Equal weights', 'CAGrad']);
  expect(column(table, 'learning rate')).toEqual(
    [String(experiment.training.learningRate), '3e-4'].map((text) => text.replace('0.001', '1e-3')),
  );
  expect(tableOf([record('a'), record('b')], options).groups[0]?.name).toBe('Mean over tasks');
});

test('a setting that a choice brings along is no difference by itself', () => {
  const sgd = training({ optimiser: optimiserSchema.parse({ kind: 'sgd', momentum: 0.5 }) });
  const slower = training({ optimiser: optimiserSchema.parse({ kind: 'sgd', momentum: 0.9 }) });
  const paths = (...experiments: Experiment[]) => differingFields(experiments).map(({ path }) => path);
  expect(paths(experiment, sgd)).toEqual(['training.optimiser.kind']);
  expect(paths(experiment, sgd, slower)).toEqual(['training.optimiser.kind', 'training.optimiser.momentum']);
  const named = { ...experiment, name: 'another name' };
  expect(paths(experiment, named)).toEqual([]);
  const method = (settings: Record<string, unknown>) => ({
    ...experiment,
    strategy: { ...experiment.strategy, kind: 'cagrad', settings },
  });
  expect(paths(method({}), method({ c: 0.5 }))).toEqual([]); // what the method takes by itself
  expect(paths(method({}), method({ c: 0.4 }))).toHaveLength(1);
});

test('networks differ layer by layer where their kinds are the same, else in the part that is another', () => {
  const dropout = layerSchema.parse({ kind: 'dropout', rate: 0.5 });
  const [conv, ...rest] = experiment.trunk;
  if (conv?.kind !== 'conv2d') throw new Error('the default trunk begins with a convolution');
  const wider = { ...experiment, trunk: [{ ...conv, filters: 99 }, ...rest] };
  expect(differingFields([experiment, wider])).toMatchObject([
    { path: 'trunk.0.filters', name: 'trunk 1: filters', isNumeric: true },
  ]);
  const longer = { ...experiment, trunk: experiment.trunk.toSpliced(2, 0, dropout) };
  const [trunk] = differingFields([experiment, longer]);
  expect(trunk?.values.map((value) => value?.text)).toEqual(['nothing more', 'Dropout 0.5']);
});

test('runs of one experiment with several seeds fold to mean, sample deviation and count', () => {
  const seeded = (id: string, seed: number, accuracies: readonly [number, number], change = {}) =>
    validated(id, accuracies, { experiment: { ...experiment, seed, name: `run ${id}` }, ...change });
  const runs = [
    seeded('a', 0, [0.8, 0.6]),
    validated('x', [0.9, 0.6], { experiment: training({ batchSize: 32 }) }),
    seeded('b', 1, [0.82, 0.6]),
    seeded('c', 2, [0.84, Number.NaN]),
    seeded('d', 2, [0.1, 0.1]), // the same seed again is no second sample
  ];
  const table = tableOf(runs, { ...options, folded: true });
  expect(table.rows.map(({ numbers }) => numbers)).toEqual([[1, 3, 4], [2], [5]]);
  expect(table.rows.map(({ name }) => name)).toEqual([
    'learning rate a · 3 seeds',
    'learning rate x',
    'learning rate d',
  ]);
  expect(column(table, `${firstName} accuracy`)).toEqual(['82.0 ± 2.0 %', '90.0 %*', '10.0 %']);
  expect(column(table, `${secondName} accuracy`)).toEqual(['60.0 ± 0.0 % (2)*', '60.0 %*', '10.0 %']);
  expect(table.columns.map(({ name }) => name)).not.toContain('seed');
  const index = table.columns.findIndex(({ name }) => name === `${secondName} accuracy`);
  expect(table.rows[0]?.cells[index]).toMatchObject({
    count: 2,
    title: 'Of 2 of 3 runs: the others have no number here',
  });
  const lines = csvOf(table).split('\n');
  expect(lines[0]).toContain(`${firstName} accuracy,"${firstName} accuracy, std","${firstName} accuracy, n"`);
});

test('sorts by any column, stably, with what is missing last either way', () => {
  const runs = [
    validated('a', [0.7, 0.6]),
    record('b', { validations: [], best: {} }),
    validated('c', [0.9, 0.6]),
    validated('d', [0.7, Number.NaN]),
  ];
  const table = tableOf(runs, options);
  const by = (name: string, falling: boolean) => {
    const id = name === 'run' ? name : (table.columns.find((each) => each.name === name)?.id ?? '');
    return sorted(table, { column: id, falling }).map(({ key }) => key);
  };
  expect(by(`${firstName} accuracy`, true)).toEqual(['c', 'a', 'd', 'b']);
  expect(by(`${firstName} accuracy`, false)).toEqual(['a', 'd', 'c', 'b']);
  expect(by(`${secondName} accuracy`, false)).toEqual(['a', 'c', 'b', 'd']); // NaN is no number to sort by
  expect(by('run', true)).toEqual(['d', 'c', 'b', 'a']);
  expect(sorted(table, { column: 'gone', falling: true })).toBe(table.rows);
  const accuracy = { id: 'x', direction: 'higher' } as const;
  const once = nextSort(null, accuracy);
  expect(once).toEqual({ column: 'x', falling: true });
  expect(nextSort(once, accuracy)).toEqual({ column: 'x', falling: false });
  expect(nextSort(nextSort(once, accuracy), accuracy)).toBeNull();
});

test('leaves as CSV in full and as Markdown as shown', () => {
  const named = validated('a', [1 / 3, 0.6], { name: 'a "quick", | one' });
  const table = tableOf([named, validated('b', [0.3, Number.NaN])], options);
  const [head = '', one = '', other = ''] = csvOf(table).split('\n');
  const at = head.split(',').indexOf(`${firstName} accuracy`);
  expect(one.startsWith('"a ""quick"", | one",')).toBe(true);
  expect(one.slice('"a ""quick"", | one",'.length).split(',')[at - 1]).toBe(String(1 / 3));
  expect(other.split(',')[head.split(',').indexOf(`${secondName} accuracy`)]).toBe('NaN');
  const [titles = '', rule = '', row = ''] = markdownOf(table).split('\n');
  expect(titles.split(' | ')).toHaveLength(rule.split(' | ').length);
  expect(row).toContain(String.raw`a "quick", \| one`);
  expect(row).toContain('**33.3 %**');
});

test('no run and one run make a table, too', () => {
  expect(tableOf([], options).rows).toEqual([]);
  const lone = tableOf([record('a')], options);
  expect(lone.rows[0]?.cells.every(({ isBest }) => !isBest)).toBe(true);
});

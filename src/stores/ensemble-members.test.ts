import { describe, expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { combinationProblem, weightsOptions } from './ensemble-members.ts';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);

function record(id: string, change: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    name: id,
    difference: '',
    colour: 0,
    note: '',
    pinned: false,
    hidden: false,
    createdAt: 0,
    updatedAt: 0,
    experiment,
    status: 'finished',
    step: 400,
    totalSteps: 400,
    seconds: 40,
    device: null,
    validations: [],
    test: null,
    best: { mean: 300, 'top-left': 300, 'bottom-right': 400 },
    checkpoints: [
      { step: 200, bytes: 1 },
      { step: 400, bytes: 1 },
    ],
    rows: 400,
    gramianRows: 0,
    layerRows: 0,
    bytes: 0,
    curveBytes: 0,
    deletedAt: null,
    ...change,
  };
}

const problemOf = (...candidates: readonly (readonly [RunRecord, number])[]) =>
  combinationProblem(
    candidates.map(([each, step]) => ({ record: each, step })),
    ({ name }) => name,
  );

describe('the weights of a run', () => {
  test('are listed once per step, the best by mean first', () => {
    const checkpoints = [0, 200, 250, 400].map((step) => ({ step, bytes: 1 }));
    expect(weightsOptions(record('a', { checkpoints }))).toEqual([
      { step: 300, names: ['best by mean', 'best for top left'] },
      { step: 400, names: ['last', 'best for bottom right'] },
      { step: 250, names: [] },
      { step: 200, names: [] },
    ]);
  });

  test('are only those that a checkpoint holds', () => {
    expect(weightsOptions(record('a', { checkpoints: [] }))).toEqual([]);
    const killed = record('a', { checkpoints: [{ step: 350, bytes: 1 }] });
    expect(weightsOptions(killed)).toEqual([
      { step: 300, names: ['best by mean', 'best for top left'] },
      { step: 350, names: ['last'] },
    ]);
  });
});

describe('what cannot be combined is said with the run that stands in the way', () => {
  const other = (change: object) => record('other', { experiment: { ...experiment, ...change } });

  test.each([
    ['one member', [[record('a'), 400]], /^Choose two members or more/],
    [
      'the same weights twice',
      [
        [record('a'), 400],
        [record('a'), 400],
      ],
      /“a” is in twice .* step 400/,
    ],
    [
      'another data set',
      [
        [record('a'), 400],
        [other({ data: { source: 'shapes', settings: {} } }), 400],
      ],
      '“other” cannot be combined with “a”: it is trained on Shapes, not on Multi-Fashion.',
    ],
    [
      'another split',
      [
        [record('a'), 400],
        [other({ data: { ...data, settings: { testCount: 500 } } }), 400],
      ],
      '“other” cannot be combined with “a”: its Multi-Fashion data has other settings.',
    ],
    [
      'data that is gone',
      [
        [record('a'), 400],
        [other({ data: { source: 'moon', settings: {} } }), 400],
      ],
      /^“other” cannot be combined with “a”: .*moon|not here/,
    ],
    [
      'another task of the same name',
      [
        [record('a'), 400],
        [
          other({
            tasks: experiment.tasks.map((task) => ({ ...task, column: 'bottom-right' })),
          }),
          400,
        ],
      ],
      '“other” cannot be combined with “a”: its task “top left” learns something else under the same name.',
    ],
  ] as const)('%s', (_, candidates, problem) => {
    expect(problemOf(...candidates)).toMatch(problem);
  });

  test('checkpoints of one run, other seeds, other networks and single-task twins can be', () => {
    expect(problemOf([record('a'), 300], [record('a'), 400])).toBe(undefined);
    expect(problemOf([record('a'), 300], [other({ seed: 7, trunk: [] }), 300])).toBe(undefined);
    const [first, second] = experiment.tasks;
    const twins = [first, second].map((task) =>
      record(task?.id ?? '', { experiment: { ...experiment, tasks: task ? [task] : [] } }),
    );
    const [one, two] = twins;
    if (!one || !two) throw new Error('two tasks');
    expect(problemOf([one, 300], [two, 300])).toBe(undefined);
    const defaults = { ...data, settings: { testCount: 2000 } };
    expect(problemOf([record('a'), 300], [other({ data: defaults }), 300])).toBe(undefined);
  });
});

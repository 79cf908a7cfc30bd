/** `npm run train -- sweep`, `twin`, `race` and `ensemble` themselves, on the CPU, with a tiny experiment. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '#exporters/index.ts';
import { tiny, workshop, type Outcome } from './testing.ts';

const { at, train, write, json, lines } = workshop();
const quiet = ['--backend', 'cpu', '--quiet'];
const silence: Outcome = { code: 0, stdout: '', stderr: '' };
const tasks = ['top-left', 'bottom-right'];

const bytesOf = (name: string, file = 'weights.safetensors') => readFileSync(at(name, file));
const rowsOf = (name: string) => lines(name, 'metrics.jsonl').map(({ seconds: _seconds, ...row }) => row);

/** A sweep's file. */
function sweepFile(name: string, spec: object): string {
  writeFileSync(at(name), JSON.stringify(spec));
  return name;
}

const training = (change: object) => ({ training: { ...tiny.training, ...change } });
const steps = (count: number) => ({ length: { unit: 'steps', count } });

describe('a sweep', () => {
  const args = ['--out', 'sweep', '--backend', 'cpu'];
  const names = ['equal-weights', 'pcgrad'].flatMap((method) => [
    `${method}-learning-rate-1e-3`,
    `${method}-learning-rate-0.05`,
  ]);
  let stopped: Outcome;
  let first: Buffer;

  beforeAll(async () => {
    write('base.json', training(steps(40)));
    sweepFile('sweep.json', {
      experiment: 'base.json',
      axes: [
        { path: 'strategy.kind', values: ['equal', 'pcgrad'] },
        { path: 'training.learningRate', values: [1e-3, 0.05] },
      ],
    });
    stopped = await train(['sweep', 'sweep.json', ...args], (text, stop) => {
      if (/learning rate 0.05, 2 of 4:[^]*After step 4,/.test(text)) stop();
    });
    first = bytesOf(`sweep/${names[0]}`);
  }, 120_000);

  it('stops at Ctrl+C, with what there is in its file', () => {
    expect(stopped).toMatchObject({ code: 130, stderr: '' });
    expect(stopped.stdout).toContain('Of 4 runs, 1 finished, 1 begun, 2 not begun.');
    const { members } = json('sweep/sweep.json');
    expect(members.map(({ state }: { state: string }) => state)).toEqual([
      'finished',
      'begun',
      'waiting',
      'waiting',
    ]);
    expect(members[1].steps).toBeGreaterThanOrEqual(4);
    expect(members[2]).toMatchObject({ steps: 0, best: null, tasks: {}, reason: '' });
  });

  it('goes on by the same command, to what its members would have come to alone', async () => {
    const reached: number = json('sweep/sweep.json').members[1].steps;
    const { code, stdout } = await train(['sweep', 'sweep.json', ...args]);
    expect(code).toBe(0);
    expect(stdout).toContain('Done before: 1 of 4.');
    expect(stdout).toContain(`on from step ${reached}.`);
    expect(stdout).toContain('Of 4 runs, 4 finished.');
    expect(bytesOf(`sweep/${names[0]}`).equals(first)).toBe(true);
    write('alone.json', { ...training({ ...steps(40), learningRate: 0.05 }), strategy: { kind: 'pcgrad' } });
    expect(await train(['alone.json', '--out', 'alone', ...quiet])).toEqual(silence);
    expect(bytesOf(`sweep/${names[3]}`).equals(bytesOf('alone'))).toBe(true);
    expect(rowsOf(`sweep/${names[3]}`)).toEqual(rowsOf('alone'));
  }, 120_000);

  it('tells of every member what differs, its best validation and its scores', () => {
    const { kind, name, adapter, members } = json('sweep/sweep.json');
    expect({ kind, name, adapter }).toEqual({
      kind: 'sweep',
      name: 'Sweep of method, learning rate',
      adapter: 'JavaScript',
    });
    expect(members.map(({ folder }: { folder: string }) => folder)).toEqual(names);
    expect(members[3]).toMatchObject({
      label: 'PCGrad, learning rate 0.05',
      values: { 'strategy.kind': 'pcgrad', 'training.learningRate': 0.05 },
      state: 'finished',
      reason: '',
      steps: 40,
    });
    for (const [n, folder] of names.entries()) {
      const validations = lines('sweep', folder, 'metrics.jsonl').filter(({ part }) => part === 'validation');
      const best = validations.reduce((least, row) => (row.meanLoss < least.meanLoss ? row : least));
      expect(members[n].best.step).toBe(best.step);
      expect(members[n].best.meanLoss).toBeCloseTo(best.meanLoss, 5);
      expect(members[n].tasks).toEqual(json('sweep', folder, 'summary.json').tasks);
      expect(Object.keys(members[n].tasks)).toEqual(tasks);
    }
  });

  it('has nothing left to do then, and refuses another experiment in its folders', async () => {
    const before = names.map((name) => bytesOf(`sweep/${name}`, 'checkpoint.safetensors'));
    expect(await train(['sweep', 'sweep.json', '--out', 'sweep', ...quiet])).toEqual(silence);
    for (const [n, name] of names.entries())
      expect(bytesOf(`sweep/${name}`, 'checkpoint.safetensors').equals(before[n] ?? Buffer.of())).toBe(true);
    const other = await train(['sweep', 'sweep.json', '--out', 'sweep', '--steps', '5', ...quiet]);
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toBe(
      `sweep/${names[0]} holds a run of another experiment: choose another --out, or remove it.\n`,
    );
  }, 120_000);
});

it('stops what is hopeless, goes on after what fails, and tells why', async () => {
  const dense = [
    { kind: 'dense', units: 64 },
    { kind: 'dense', units: 64 },
  ];
  const wild = {
    'training.optimiser': { kind: 'sgd', momentum: 0 },
    'training.learningRate': 100,
    trunk: dense,
  };
  sweepFile('rules.json', {
    experiment: { ...tiny, ...training(steps(30)) },
    list: [
      { 'training.learningRate': 0.001 },
      { 'training.learningRate': 0.002 },
      { 'training.learningRate': 90 },
      wild,
      { 'training.learningRate': 0.003 },
    ],
    stopping: { grace: 2, least: 2 },
  });
  const { code, stdout } = await train(['sweep', 'rules.json', '--out', 'rules', '--backend', 'cpu']);
  expect(code).toBe(0);
  const { members } = json('rules/sweep.json');
  const states = members.map(({ state }: { state: string }) => state);
  expect(states.slice(0, 3)).toEqual(['finished', 'finished', 'stopped']);
  expect(states[4]).toBe('finished');
  // The median rule may be faster than the loss that stops being a number.
  expect(['failed', 'stopped']).toContain(states[3]);
  expect(members[2].reason).toMatch(
    /^after step 4 its best mean validation loss was above the median of the others/,
  );
  expect(members[2].steps).toBeLessThan(30);
  expect(stdout).toContain('learning rate 90 is stopped: after step 4');
  expect(members[3].reason).not.toBe('');
  // By hand: at step 4, its best against the running averages of the two before it.
  const losses = (n: number) =>
    lines('rules', members[n].folder, 'metrics.jsonl').flatMap(({ part, step, meanLoss }) =>
      part === 'validation' && step <= 4 ? [meanLoss as number] : [],
    );
  const averages = [0, 1].map((n) => losses(n).reduce((a, b) => a + b) / 2);
  expect(Math.min(...losses(2))).toBeGreaterThan(((averages[0] ?? 0) + (averages[1] ?? 0)) / 2);

  // What was stopped or failed stays so, until its folder is gone.
  const again = await train(['sweep', 'rules.json', '--out', 'rules', '--backend', 'cpu']);
  expect(again.stdout).toContain('Done before: 5 of 5.');
  rmSync(at('rules', members[2].folder), { recursive: true });
  const anew = await train(['sweep', 'rules.json', '--out', 'rules', '--backend', 'cpu']);
  expect(anew.stdout).toContain('learning rate 90, 3 of 5:');
}, 120_000);

it('begins no more once the budget is spent, and goes on with a larger one', async () => {
  const spec = { experiment: 'tiny.json', axes: [{ path: 'seed', low: 1, high: 3, steps: 3 }] };
  write('tiny.json');
  sweepFile('budget.json', { ...spec, budgetSeconds: 0.000_001 });
  const { stdout } = await train(['sweep', 'budget.json', '--out', 'budget', '--backend', 'cpu']);
  expect(stdout).toContain('no more is begun.');
  const states = () => json('budget/sweep.json').members.map(({ state }: { state: string }) => state);
  expect(states()).toEqual(['finished', 'waiting', 'waiting']);
  expect(json('budget/sweep.json').members[2].reason).toBe('the budget of 0.000001 seconds was spent');
  sweepFile('budget.json', spec);
  expect(await train(['sweep', 'budget.json', '--out', 'budget', ...quiet])).toEqual(silence);
  expect(states()).toEqual(['finished', 'finished', 'finished']);
  expect(json('budget/seed-2/experiment.json').seed).toBe(2);
}, 120_000);

describe('a twin', () => {
  beforeAll(async () => {
    write('twin.json', { ...training(steps(30)), strategy: { kind: 'mgda' } });
    expect(await train(['twin', 'twin.json', '--out', 'twin', ...quiet])).toEqual(silence);
  }, 120_000);

  it('trains all tasks, and each alone as an experiment of one task would be', async () => {
    expect(
      json('twin/twin.json').members.map(({ folder, steps: count }: { folder: string; steps: number }) => [
        folder,
        count,
      ]),
    ).toEqual([
      ['all-tasks', 30],
      ['alone-top-left', 30],
      ['alone-bottom-right', 30],
    ]);
    write('single.json', {
      ...training(steps(30)),
      tasks: tiny.tasks.slice(1),
      heads: { 'bottom-right': [] },
    });
    await train(['single.json', '--out', 'single', ...quiet]);
    expect(rowsOf('twin/alone-bottom-right')).toEqual(rowsOf('single'));
  }, 120_000);

  it('has the Δm that the summaries of its runs come to', () => {
    const twin = json('twin/twin.json');
    const scores = (folder: string) => json('twin', folder, 'summary.json').tasks;
    for (const part of ['test', 'val'] as const) {
      const changes = tasks.map((task) => {
        const multi: number = scores('all-tasks')[task][part].metrics.accuracy;
        const single: number = scores(`alone-${task}`)[task][part].metrics.accuracy;
        expect(twin[part].tasks[task]).toMatchObject({
          metric: 'accuracy',
          direction: 'higher',
          multi,
          single,
        });
        const change = (100 * (multi - single)) / single;
        expect(twin[part].tasks[task].change).toBeCloseTo(change, 4);
        return change;
      });
      expect(twin[part].deltaM).toBeCloseTo(((changes[0] ?? 0) + (changes[1] ?? 0)) / 2, 4);
    }
  });

  it('counts the parameters that sharing saves', async () => {
    const count = async (folder: string) => {
      const { weights } = await openFile(new Blob([bytesOf(`twin/${folder}`)]), 'w.safetensors');
      const trained = weights?.tensors.filter(({ name }) => !name.includes('running_')) ?? [];
      return trained.reduce((sum, { values }) => sum + values.length, 0);
    };
    const { parameters } = json('twin/twin.json');
    const single = [await count('alone-top-left'), await count('alone-bottom-right')];
    expect(parameters.multi).toBe(await count('all-tasks'));
    expect(parameters.single).toEqual({ 'top-left': single[0], 'bottom-right': single[1] });
    expect(parameters.together).toBe((single[0] ?? 0) + (single[1] ?? 0));
    expect(parameters.saved).toBeCloseTo(1 - parameters.multi / parameters.together, 6);
  });

  it('gets as much arithmetic with --equal flops', async () => {
    write('costly.json', { strategy: { kind: 'mgda', gradients: 'parameters' } });
    await train(['twin', 'costly.json', '--equal', 'flops', '--out', 'flops', ...quiet]);
    const flops = (folder: string): number => json('flops', folder, 'summary.json').flops;
    const [all, alone] = [flops('all-tasks'), flops('alone-top-left')];
    const { steps: count } = json('flops/alone-top-left/summary.json');
    expect(count).toBeGreaterThan(4);
    expect(Math.abs(alone - all)).toBeLessThanOrEqual(alone / count / 2);
  }, 120_000);
});

describe('a race', () => {
  const args = [
    'race',
    '--resume',
    'start',
    '--methods',
    'equal,mgda,pcgrad',
    '--turn',
    '4',
    '--out',
    'race',
  ];
  beforeAll(async () => {
    write('start.json', { ...training(steps(22)), augmentation: { shift: 2 } });
    await train(['start.json', '--out', 'start', '--stop-after', '10', ...quiet]);
    const stopped = await train([...args, '--backend', 'cpu'], (text, stop) => {
      if (/on from step 14\./.test(text)) stop();
    });
    expect(stopped).toMatchObject({ code: 130, stderr: '' });
    expect(await train([...args, ...quiet])).toEqual(silence);
  }, 120_000);

  it('goes on from one checkpoint, and is by turns what it would be at once', async () => {
    await train(['--resume', 'start', '--out', 'straight', ...quiet]);
    expect(bytesOf('race/equal').equals(bytesOf('straight'))).toBe(true);
    for (const method of ['equal', 'mgda', 'pcgrad']) {
      expect(rowsOf(`race/${method}`).slice(0, 15)).toEqual(rowsOf('straight').slice(0, 15));
      const trained = rowsOf(`race/${method}`).filter(({ part }) => part === 'train');
      expect(trained.map(({ step }) => step)).toEqual(Array.from({ length: 22 }, (_, n) => n + 1));
    }
    expect(rowsOf('race/mgda')).not.toEqual(rowsOf('straight'));
    expect(json('start/summary.json').steps).toBe(10);
  }, 120_000);

  it('writes what it was', () => {
    expect(json('race/race.json')).toMatchObject({
      kind: 'race',
      turn: 4,
      from: { folder: 'start', step: 10 },
      members: ['Equal weights', 'MGDA', 'PCGrad'].map((label) => ({ label, state: 'finished', steps: 22 })),
    });
  });

  it('takes turns', async () => {
    const { stdout } = await train([
      'race',
      'start.json',
      '--methods',
      'uw,equal',
      '--steps',
      '5',
      '--turn',
      '2',
      '--out',
      'turns',
      '--backend',
      'cpu',
    ]);
    expect(stdout.match(/^(UW|Uncertainty.*|Equal weights), \d of 2:$/gm)).toHaveLength(6);
    const reached = [...stdout.matchAll(/(?:Stopped|Done) after (\d+) steps/g)].map(([, count]) =>
      Number(count),
    );
    expect(reached).toEqual([2, 2, 4, 4, 5, 5]);
    expect(json('turns/race.json').from).toBe(null);
  }, 120_000);

  it('begins with the weights of a file, too', async () => {
    const loaded = ['race', 'start/weights.safetensors', '--methods', 'pcgrad,equal', '--turn', '9'];
    expect(await train([...loaded, '--out', 'loaded', ...quiet])).toEqual(silence);
    const { weights } = await openFile(new Blob([bytesOf('start')]), 'w.safetensors');
    for (const method of ['pcgrad', 'equal'])
      expect(rowsOf(`loaded/${method}`)[0].step).toBe((weights?.step ?? Number.NaN) + 1);
    const [one, other] = ['pcgrad', 'equal'].map(
      (method) => rowsOf(`loaded/${method}`)[0].tasks['top-left'].loss,
    );
    expect(one).toBe(other);
  }, 120_000);
});

describe('an ensemble', () => {
  const folders = ['one', 'two', 'three'];
  let ensemble: ReturnType<typeof json>;

  /** Of every sample: probabilities by class, of a task. */
  const read = (
    name: string,
    task: string,
  ): { predicted: string; true: string; probabilities: Record<string, number> }[] =>
    lines('ensemble/predictions', `${name}.jsonl`).map((line) => line.tasks[task]);
  const accuracy = (guesses: readonly (string | undefined)[], task: string) =>
    read('member-1', task).filter((sample, n) => sample.true === guesses[n]).length / guesses.length;
  const top = (probabilities: Record<string, number>) =>
    Object.entries(probabilities).toSorted(([, a], [, b]) => b - a)[0]?.[0];

  beforeAll(async () => {
    for (const [n, folder] of folders.entries()) {
      write(`${folder}.json`, training({ ...steps(60), learningRate: 0.01 * (n + 1) }));
      await train([`${folder}.json`, '--out', folder, ...quiet]);
    }
    expect(await train(['ensemble', ...folders, '--out', 'ensemble', '--predict', ...quiet])).toEqual(
      silence,
    );
    ensemble = json('ensemble/ensemble.json');
  }, 120_000);

  it('scores its members as their runs did', () => {
    for (const [n, folder] of folders.entries()) {
      const { tasks: own } = json(folder, 'summary.json');
      expect(ensemble.members[n]).toMatchObject({ member: folder, weights: 'best', seed: 0 });
      for (const task of tasks) {
        expect(ensemble.members[n].tasks[task].metrics).toEqual(own[task].test.metrics);
        expect(ensemble.members[n].tasks[task].loss).toBeCloseTo(own[task].test.loss, 5);
      }
    }
  });

  it('has the accuracies that its written predictions come to', () => {
    for (const task of tasks) {
      const members = folders.map((_, n) => read(`member-${n + 1}`, task));
      const mixed = (weights: readonly number[]) =>
        (members[0] ?? []).map(({ probabilities }, sample) =>
          top(
            Object.fromEntries(
              Object.keys(probabilities).map((name) => [
                name,
                members.reduce(
                  (sum, each, n) => sum + (weights[n] ?? 0) * (each[sample]?.probabilities[name] ?? 0),
                  0,
                ),
              ]),
            ),
          ),
        );
      const mean = mixed([1 / 3, 1 / 3, 1 / 3]);
      const votes = (members[0] ?? []).map((_, sample) => {
        const cast = members.map((each) => each[sample]?.predicted);
        const most = cast.find((one, n) => cast.indexOf(one) !== n); // two of three agree
        return most ?? mean.map((guess) => guess)[sample];
      });
      const { average, weighted, vote } = ensemble.combinations;
      expect(average.tasks[task].metrics.accuracy).toBeCloseTo(accuracy(mean, task), 6);
      expect(read('average', task).map(({ predicted }) => predicted)).toEqual(mean);
      expect(weighted.tasks[task].metrics.accuracy).toBeCloseTo(
        accuracy(mixed(weighted.weights[task]), task),
        6,
      );
      expect(weighted.weights[task].reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 6);
      const agreed = votes.map(
        (_, sample) => new Set(members.map((each) => each[sample]?.predicted)).size < 3,
      );
      expect(read('vote', task).flatMap(({ predicted }, n) => (agreed[n] ? [predicted] : []))).toEqual(
        votes.filter((_, n) => agreed[n]),
      );
      expect(vote.tasks[task].metrics.accuracy).toBeCloseTo(
        accuracy(
          read('vote', task).map(({ predicted }) => predicted),
          task,
        ),
        6,
      );
    }
  });

  it('averages the weights of one network, and its checkpoints, but not of different ones', async () => {
    expect(ensemble.combinations['weight-average'].tasks['top-left'].metrics.accuracy).toBeTypeOf('number');
    // One network with itself is that network.
    const args = ['ensemble', 'one', 'one', '--out', 'same', '--split', 'validation', ...quiet];
    expect(await train(args)).toEqual(silence);
    const { combinations, members, split } = json('same/ensemble.json');
    expect(split).toBe('validation');
    for (const name of ['average', 'weighted', 'weight-average'])
      for (const task of tasks) {
        expect(combinations[name].tasks[task].loss).toBeCloseTo(members[0].tasks[task].loss, 4);
        expect(members[0].tasks[task].metrics).toEqual(json('one/summary.json').tasks[task].val.metrics);
      }
    write('wide.json', { trunk: [{ ...tiny.trunk[0], filters: 5 }, ...tiny.trunk.slice(1)] });
    await train(['wide.json', '--out', 'wide', ...quiet]);
    const mixed = await train([
      'ensemble',
      'one',
      'wide',
      'wide/checkpoint.safetensors',
      '--out',
      'mixed',
      '--backend',
      'cpu',
    ]);
    expect(mixed.stdout).toContain('No weight-average: the network of wide is not that of one.');
    expect(json('mixed/ensemble.json').members[2]).toMatchObject({ weights: 'last', step: 4 });
    expect(json('mixed/ensemble.json').combinations['weight-average']).toEqual({
      refused: 'the network of wide is not that of one',
    });
  }, 120_000);

  it('is refused in a sentence where runs do not belong together', async () => {
    write('one-task.json', { tasks: tiny.tasks.slice(1), heads: { 'bottom-right': [] } });
    await train(['one-task.json', '--out', 'one-task', ...quiet]);
    const refused = async (...members: string[]) => {
      const { code, stdout, stderr } = await train(['ensemble', ...members, '--out', 'x', ...quiet]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr;
    };
    expect(await refused('one', 'one-task')).toBe('one-task has other tasks than one.\n');
    expect(await refused('one', 'nowhere')).toBe('nowhere cannot be opened: there is no such file.\n');
    expect(await refused('one', 'ensemble')).toBe(
      'ensemble has no checkpoint.safetensors: there is no run to combine.\n',
    );
  }, 120_000);
});

it.each([
  ['sweep absent.json --out x', 'absent.json cannot be opened: there is no such file.\n'],
  ['sweep odd.json --out x', 'odd.json must be a JSON object that describes a sweep'],
  [
    'sweep wrong.json --out x',
    'wrong.json: member 2 (batch size 0): training.batchSize: must be at least 1 (found 0). Use at least 1.\n',
  ],
  ['sweep deep.json --out x', 'deep.json: member 1 (trunk 1: kernel 15): trunk.1'],
  [
    'race base.json --methods mgda,magic --out x',
    'strategy.kind: must be a known multi-task method (found "magic").',
  ],
  ['twin one-task.json --out x', 'tasks: must be two or more'],
  [
    'twin one/weights.safetensors --steps 99 --out x',
    'This begins with fresh weights: give an experiment, not weights.\n',
  ],
])(
  '%s is refused in a sentence',
  async (args, message) => {
    writeFileSync(at('odd.json'), '[1, 2]');
    sweepFile('wrong.json', {
      experiment: 'base.json',
      axes: [{ path: 'training.batchSize', values: [8, 0] }],
    });
    sweepFile('deep.json', {
      experiment: { ...tiny, trunk: [tiny.trunk[0], { kind: 'conv2d', kernel: 9, padding: 'valid' }] },
      axes: [{ path: 'trunk.0.kernel', values: [15] }],
    });
    const { code, stdout, stderr } = await train(args.split(' '));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(() => readFileSync(at('x/sweep.json'))).toThrow('ENOENT');
  },
  60_000,
);

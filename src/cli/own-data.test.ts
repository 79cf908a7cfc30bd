/** `npm run train -- --data PATH` itself, in processes of its own: training, going on, studies, what is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sets } from './own-sets/testing.ts';
import { tiny, workshop, type Outcome } from './testing.ts';

const { at, train, write, json, lines } = workshop();

const task = (id: string) => ({ kind: 'classification', id, name: id, column: id });
const options = [
  '--pattern',
  '{digit}_{parity}_*.png',
  '--validation',
  '0.2',
  '--test',
  '0.2',
  '--backend',
  'cpu',
];
const own = ['--data', 'digits', ...options];

beforeAll(async () => {
  await sets['labels in names']!(at('digits'));
  write('own.trunkline.json', {
    data: { source: 'multi-fashion', settings: {} },
    tasks: [task('digit'), task('parity')],
    heads: { digit: [], parity: [] },
  });
});

it('looks at data without importing them, for people and for programs', async () => {
  const told = await train(['look', 'digits', '--pattern', '{digit}_{parity}_*.png']);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toContain('digits: 24 images, read as “Folder per class”');
  expect(told.stdout).toContain('images become 28×28, grey');
  expect(told.stdout).toContain('digit: classification, 4 classes, 24 labelled (0 6, 1 6, 2 6, 3 6)');
  const { stdout } = await train(['look', 'digits', '--json', '--pattern', '{digit}_{parity}_*.png']);
  expect(JSON.parse(stdout)).toMatchObject({ samples: 24, columns: [{ name: 'digit' }, { name: 'parity' }] });
}, 60_000);

it('trains the usual network on data alone', async () => {
  const outcome = await train(['--out', 'usual', '--steps', '1', ...own]);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toMatch(
    /Imported 24 pictures as own-[0-9a-f]{12}: 16 train, 4 validation, 4 test\./,
  );
  expect(json('usual/experiment.json')).toMatchObject({
    name: 'digits · LeNet',
    tasks: [{ id: 'digit' }, { id: 'parity' }],
  });
}, 120_000);

describe('an experiment on own data', () => {
  let first: Outcome;
  beforeAll(async () => {
    first = await train(['own.trunkline.json', '--out', 'a', ...own, '--predict', 'test']);
  }, 120_000);

  it('trains, and names the data by what they hold', () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { data } = json('a/experiment.json');
    expect(first.stdout).toContain(`Imported 24 pictures as ${data.source}`);
    expect(lines('a/predictions.jsonl')[0].tasks.parity.true).toMatch(/^(even|odd)$/);
  });

  it('trains to the same bytes again, and in two parts', async () => {
    await train(['a/experiment.json', '--out', 'b', ...own, '--quiet']);
    await train(['own.trunkline.json', '--out', 'c', ...own, '--steps', '2', '--quiet']);
    const refused = await train(['--resume', 'c', '--steps', '2', '--quiet']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('give them with --data PATH');
    expect(await train(['--resume', 'c', '--steps', '2', ...own, '--quiet'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const weights = (name: string) => readFileSync(at(name, 'weights.safetensors'));
    expect(weights('b').equals(weights('a'))).toBe(true);
    expect(
      lines('c/metrics.jsonl')
        .filter(({ part }) => part === 'train')
        .map(({ tasks }) => tasks),
    ).toEqual(
      lines('a/metrics.jsonl')
        .filter(({ part }) => part === 'train')
        .map(({ tasks }) => tasks),
    );
  }, 120_000);

  it('refuses to go on with other data', async () => {
    const { code, stderr } = await train(['--resume', 'a', '--steps', '2', ...own, '--image-size', '20']);
    expect(code).toBe(1);
    expect(stderr).toContain('The run in a was trained on other data than --data gives now');
  }, 60_000);

  it('repeats, races, sweeps, twins, combines and finds rates with the same data', async () => {
    const file = 'own.trunkline.json';
    const few = [...own, '--steps', '2', '--quiet'];
    const sweep = { experiment: file, axes: [{ path: 'training.learningRate', values: [1e-3, 1e-2] }] };
    writeFileSync(at('sweep.json'), JSON.stringify(sweep));
    for (const args of [
      [file, '--repeat', '2', '--out', 'repeated', ...few],
      ['race', file, '--methods', 'equal,pcgrad', '--out', 'race', ...few],
      ['sweep', 'sweep.json', '--out', 'sweep', ...few],
      ['twin', file, '--out', 'twin', ...few],
      ['ensemble', 'repeated/seed-0', 'repeated/seed-1', '--out', 'ensemble', ...own, '--quiet'],
      ['find-rate', file, '--out', 'rate', ...own, '--steps', '10', '--quiet'],
    ])
      expect(await train(args), args.join(' ')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(json('repeated/summary.json').seeds).toEqual([0, 1]);
    expect(json('twin/twin.json').members).toHaveLength(3);
    expect(json('ensemble/ensemble.json').data.source).toBe(json('a/experiment.json').data.source);
  }, 300_000);
});

it('names what is wrong: tasks without columns, options without data, nothing there', async () => {
  write('other.trunkline.json', { tasks: tiny.tasks });
  const wrong = await train(['other.trunkline.json', '--out', 'x', ...own]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/tasks\.top-left\.column|top-left/);
  const stray = await train(['--out', 'x', '--image-size', '32']);
  expect(stray.stderr).toContain('--image-size is about own pictures: say which, --data PATH.');
  const nowhere = await train(['--out', 'x', '--data', 'nowhere']);
  expect(nowhere).toMatchObject({ code: 1, stderr: 'nowhere cannot be opened: there is no such file.\n' });
}, 60_000);

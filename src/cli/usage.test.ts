/** The command line's options: what they mean and what a wrong one is told. */
import { expect, it } from 'vitest';
import { readOptions, UsageError } from './usage.ts';

/** What the commands beside `train` are about. */
const others = {
  command: 'train',
  equal: 'steps',
  methods: [],
  turn: undefined,
  members: [],
  split: 'test',
  json: false,
};

it('reads everything', () => {
  const args =
    'a.trunkline.json --out results --epochs 3 --seed 7 --backend cpu --predict test --no-tuning --quiet';
  expect(readOptions(args.split(' '))).toEqual({
    file: 'a.trunkline.json',
    out: 'results',
    resume: undefined,
    stopAfter: undefined,
    repeat: undefined,
    length: { unit: 'epochs', count: 3 },
    seed: 7,
    backend: 'cpu',
    predict: 'test',
    tune: false,
    quiet: true,
    ...others,
  });
});

it('needs no more than a folder', () => {
  expect(readOptions(['--out', 'x'])).toEqual({
    file: undefined,
    out: 'x',
    resume: undefined,
    stopAfter: undefined,
    repeat: undefined,
    length: undefined,
    seed: undefined,
    backend: 'webgpu',
    predict: undefined,
    tune: true,
    quiet: false,
    ...others,
  });
});

it('resumes in the folder of the run, or elsewhere', () => {
  const here = { resume: 'a', out: 'a', length: { unit: 'steps', count: 20 }, stopAfter: 5 };
  expect(readOptions('--resume a --steps 20 --stop-after 5'.split(' '))).toMatchObject(here);
  expect(readOptions('--resume a --out b'.split(' '))).toMatchObject({ resume: 'a', out: 'b' });
});

it('repeats', () => {
  expect(readOptions('--out a --repeat 5 --seed 3'.split(' '))).toMatchObject({ repeat: 5, seed: 3 });
});

it('knows its commands', () => {
  const read = (text: string) => readOptions(text.split(' '));
  expect(read('sweep a.json --out b --steps 20 --seed 3')).toMatchObject({
    command: 'sweep',
    file: 'a.json',
    length: { unit: 'steps', count: 20 },
    seed: 3,
  });
  expect(read('twin --out b --equal flops')).toMatchObject({
    command: 'twin',
    file: undefined,
    equal: 'flops',
  });
  expect(read('race --resume a --methods mgda,pcgrad, --turn 5 --out b')).toMatchObject({
    command: 'race',
    resume: 'a',
    out: 'b',
    methods: ['mgda', 'pcgrad'],
    turn: 5,
  });
  expect(read('ensemble a b c --out d --split validation --predict')).toMatchObject({
    command: 'ensemble',
    file: undefined,
    members: ['a', 'b', 'c'],
    split: 'validation',
    predict: 'validation',
  });
  expect(read('ensemble --predict a b --out d')).toMatchObject({ members: ['a', 'b'], predict: 'test' });
  expect(read('ensemble a b --out d')).toMatchObject({ split: 'test', predict: undefined });
});

it.each(['--help', '-h'])('gives help for %s, whatever else is there', (flag) => {
  expect(readOptions(['--steps', 'many', flag])).toBe('help');
});

it.each([
  ['', 'Say where the results go: --out DIR.'],
  ['--out', `Option '--out <value>' argument missing.`],
  ['--out x a.json b.json', 'Give one file, not 2: a.json, b.json.'],
  ['--out x --stepps 3', `Unknown option '--stepps'.`],
  ['--out x --steps many', '--steps must be a whole number from 1 to 10000000, not "many".'],
  ['--out x --steps 0', '--steps must be a whole number from 1 to 10000000, not "0".'],
  ['--out x --steps NaN', '--steps must be a whole number from 1 to 10000000, not "NaN".'],
  ['--out x --steps 1e3', '--steps must be a whole number from 1 to 10000000, not "1e3".'],
  ['--out x --seed=-1', '--seed must be a whole number from 0 to 4294967295, not "-1".'],
  ['--out x --seed 4294967296', '--seed must be a whole number from 0 to 4294967295, not "4294967296".'],
  ['--resume', `Option '--resume <value>' argument missing.`],
  ['--resume= --out=', 'Say where the results go: --out DIR.'],
  ['--resume a b.json', '--resume takes the experiment from its folder: leave b.json out.'],
  ['--resume a --seed 3', 'A run that goes on keeps its seed: leave --seed out.'],
  ['--resume a --repeat 3', 'Give --resume or --repeat, not both'],
  ['--out x --repeat 3 --stop-after 3', 'Give --repeat or --stop-after, not both.'],
  ['--out x --repeat 0', '--repeat must be a whole number from 1 to 1000, not "0".'],
  ['--out x --stop-after 0', '--stop-after must be a whole number from 1 to 10000000, not "0".'],
  ['--out x --steps 3 --epochs 3', 'Give --steps or --epochs, not both.'],
  ['--out x --backend webgl', '--backend must be webgpu or cpu, not "webgl".'],
  ['sweep --out x', 'Say what to sweep: sweep FILE --out DIR.'],
  ['sweep a.json', 'Say where the results go: --out DIR.'],
  ['sweep a.json --out x --repeat 3', '--repeat belongs to train, not to sweep.'],
  ['sweep a.json --out x --resume y', '--resume belongs to train and race, not to sweep.'],
  ['twin --out x --equal time', '--equal must be steps or flops, not "time".'],
  ['twin a.json b.json --out x', 'Give one file, not 2: a.json, b.json.'],
  ['race --out x', 'Say which methods race: --methods equal,mgda,pcgrad.'],
  ['race --out x --methods mgda', 'Say which methods race'],
  ['race --resume a --methods mgda,pcgrad', 'Say where the results go: --out DIR.'],
  ['ensemble a --out x', 'Give the folders of two runs or more: ensemble DIR DIR… --out DIR.'],
  ['ensemble a b --out x --split train', '--split must be test or validation, not "train".'],
  [
    'ensemble a b --out x --steps 3',
    '--steps belongs to train, sweep, twin, race and find-rate, not to ensemble.',
  ],
  ['--out x --methods mgda,pcgrad', '--methods belongs to race, not to train.'],
  ['--out x --predict train', '--predict must be test or validation, not "train".'],
])('refuses “%s” in a sentence', (text, message) => {
  const read = () => readOptions(text.split(' ').filter(Boolean));
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

it('own data: paths, decisions, and what makes no sense', () => {
  const read = (...args: string[]) => {
    const options = readOptions(['--out', 'x', ...args]);
    return options === 'help' ? undefined : options.data;
  };
  expect(read()).toBeUndefined();
  expect(
    read('--data', 'a', '--data', 'b.zip', '--task', 'is:odd:classification', '--answer', 'smiles=-1:no'),
  ).toMatchObject({
    paths: ['a', 'b.zip'],
    tasks: [{ column: 'is:odd', kind: 'classification' }],
    answers: [{ column: 'smiles', value: '-1', means: 'no' }],
  });
  expect(read('--data', 'a', '--image-size', '96x64', '--test', '20%', '--grey')).toMatchObject({
    size: { width: 96, height: 64 },
    test: 0.2,
    grey: true,
  });
  const wrong: readonly (readonly string[])[] = [
    ['--grey'],
    ['--data', 'a', '--image-size', '8'],
    ['--data', 'a', '--image-size', '64x'],
    ['--data', 'a', '--test', '1'],
    ['--data', 'a', '--test', '0.6', '--validation', '0.4'],
    ['--data', 'a', '--task', 'age:number'],
    ['--data', 'a', '--answer', 'age=1:no'],
    ['--data', 'a', '--fit', 'crop'],
    ['--data', 'a', '--background', 'white'],
    ['--data', 'a', '--json'],
  ];
  for (const args of wrong) expect(() => read(...args), args.join(' ')).toThrow(UsageError);
  const look = readOptions(['look', 'a', 'b', '--json']);
  expect(look).toMatchObject({ command: 'look', json: true, data: { paths: ['a', 'b'] }, out: '' });
  expect(() => readOptions(['look'])).toThrow('look PATH');
});

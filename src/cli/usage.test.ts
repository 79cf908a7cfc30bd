/** The command line's options: what they mean and what a wrong one is told. */
import { expect, it } from 'vitest';
import { readOptions, UsageError } from './usage.ts';

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
  ['--out x --predict train', '--predict must be test or validation, not "train".'],
])('refuses “%s” in a sentence', (text, message) => {
  const read = () => readOptions(text.split(' ').filter(Boolean));
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

/** The words after `npm run bench --`. */
import { expect, test } from 'vitest';
import { choicesOf, methodIds } from './methods.ts';
import { networksFor, networksForMethods, parseOptions } from './options.ts';

test('without words everything is measured that suits the adapter', () => {
  const options = parseOptions([]);
  expect(options).toMatchObject({ adapter: 'default', rounds: 5, networks: [] });
  expect(options.contenders).toEqual([
    'trunkline',
    'trunkline-default',
    'tfjs',
    'tfjs-fit',
    'jax-js',
    'pytorch',
  ]);
  expect(options.parts).toEqual(['steps', 'methods', 'start', 'page', 'sizes']);
  expect(networksFor(options, true)).toEqual(['lenet', 'vgg-small', 'multi-task-net', 'resnet-9']);
  expect(networksFor(options, false)).toContain('resnet-18');
});

test('--only takes networks, contenders and parts, by comma and by repetition', () => {
  const options = parseOptions([
    '--only',
    'jax-js,lenet',
    '--only=trunkline',
    '--rounds',
    '7',
    '--json=a.json',
  ]);
  expect(options).toMatchObject({ networks: ['lenet'], contenders: ['trunkline', 'jax-js'] });
  expect(options).toMatchObject({ parts: ['steps'], rounds: 7, json: 'a.json' });
  expect(parseOptions(['--only', 'start']).parts).toEqual(['start']);
});

test('--methods measures the step under all methods or some, and nothing else', () => {
  const all = parseOptions(['--methods', '--only', 'lenet']);
  expect(all).toMatchObject({ parts: ['methods'], methods: [], tasks: [2, 5, 10], tuneMethods: 0 });
  expect(networksForMethods(all)).toEqual(['lenet']);
  const some = parseOptions(['--methods', 'nash-mtl,mgda', '--tasks', '3', '--gradients', 'both']);
  expect(some).toMatchObject({ methods: ['mgda', 'nash-mtl'], tasks: [3], gradients: 'both' });
  expect(networksForMethods(some)).toEqual(['lenet', 'vgg-small']);
  expect(parseOptions(['--only', 'methods', '--tune', '9'])).toMatchObject({
    parts: ['methods'],
    tuneMethods: 9,
  });
});

test('a row for every method, and two where both ways of taking gradients are wanted', () => {
  const rowsOf = (...given: string[]) =>
    choicesOf(parseOptions(given)).map(({ kind, gradients }) => `${kind} ${gradients}`);
  expect(rowsOf('--methods').filter((row) => row.startsWith('mgda'))).toEqual([
    'mgda representation',
    'mgda parameters',
  ]);
  expect(new Set(choicesOf(parseOptions(['--methods'])).map(({ kind }) => kind))).toEqual(new Set(methodIds));
  expect(rowsOf('--methods', 'cagrad,uw,gradnorm')).toEqual(expect.arrayContaining(['uw representation']));
  expect(rowsOf('--methods', 'cagrad')).toEqual(['cagrad representation']);
  expect(rowsOf('--methods', 'cagrad', '--gradients', 'parameters')).toEqual(['cagrad parameters']);
  expect(rowsOf('--methods', 'uw', '--gradients', 'both')).toEqual(['uw representation']);
});

test.each([
  [['--only', 'lenet,alexnet'], /--only knows no "alexnet"/],
  [['--adapter', 'voodoo'], /--adapter must be one of default, swiftshader, lavapipe, hardware/],
  [['--rounds', 'many'], /--rounds must be a number above 0/],
  [['--methods', 'mgda,voodoo'], /--methods knows no "voodoo", only .*mgda/],
  [['--gradients', 'all'], /--gradients must be one of representation, parameters, both/],
  [['--methods', '--tasks', '2,no'], /--tasks must be/],
  [['--speed', '9'], /--speed/],
])('%j is refused', (given, message) => {
  expect(() => parseOptions(given)).toThrow(message);
});

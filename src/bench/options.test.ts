/** The words after `npm run bench --`. */
import { expect, test } from 'vitest';
import { networksFor, parseOptions } from './options.ts';

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
  expect(options.parts).toEqual(['steps', 'start', 'page', 'sizes']);
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

test.each([
  [['--only', 'lenet,alexnet'], /--only knows no "alexnet"/],
  [['--adapter', 'voodoo'], /--adapter must be one of default, swiftshader, lavapipe, hardware/],
  [['--rounds', 'many'], /--rounds must be a number above 0/],
  [['--speed', '9'], /--speed/],
])('%j is refused', (given, message) => {
  expect(() => parseOptions(given)).toThrow(message);
});

/** `npm run train -- find-rate` itself, on the CPU, with a tiny experiment. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tiny, workshop } from './testing.ts';

const { at, train, write, json } = workshop();

it('writes the losses over the rate, and what it suggests', async () => {
  write('base.json', {});
  const { code, stdout } = await train([
    'find-rate',
    'base.json',
    '--out',
    'found',
    '--steps',
    '20',
    '--backend',
    'cpu',
  ]);
  expect(code).toBe(0);
  const { range, points, suggestion, diverged } = json('found/find-rate.json');
  expect(range.steps).toBe(20);
  expect(diverged || points.length === 20).toBe(true);
  expect(points[0].learningRate / range.low).toBeCloseTo(1, 5);
  const ids = tiny.tasks.map(({ id }: { id: string }) => id);
  for (const { meanLoss, losses } of points) {
    expect(Object.keys(losses)).toEqual(ids);
    const values: number[] = Object.values(losses);
    expect(meanLoss).toBeCloseTo(values.reduce((sum, each) => sum + each, 0) / values.length, 4);
  }
  if (suggestion.steepest === null) expect(stdout).toContain(suggestion.reason);
  else expect(stdout).toContain(`falls the fastest at ${suggestion.steepest}`);
  expect(existsSync(at('found/weights.safetensors'))).toBe(false);
}, 120_000);

it('refuses what it cannot do', async () => {
  const few = await train(['find-rate', '--out', 'x', '--steps', '3']);
  expect(few).toMatchObject({ code: 1, stderr: expect.stringContaining('from 10 to 1000') });
  const predicted = await train(['find-rate', '--out', 'x', '--predict', 'test']);
  expect(predicted.stderr).toContain('--predict belongs to');
});

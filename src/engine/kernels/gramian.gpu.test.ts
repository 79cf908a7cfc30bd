import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { gramian } from './gramian.ts';
import { complaints, held, noise, noiseTensor, worstError } from './testing.ts';
import { assumeMachine } from './tiles.ts';

const shapes = [[3, 3, 2, 5], [5], [41, 7], [1], [600]];

const draw = (tasks: number) =>
  Array.from({ length: tasks }, (_, t) => shapes.map((shape, k) => noiseTensor(shape, t, k)));

/** In float64. */
function expected(tasks: number): number[] {
  const rows = Array.from({ length: tasks }, (_, t) =>
    shapes.flatMap((shape, k) =>
      Array.from(
        noise(
          shape.reduce((a, b) => a * b, 1),
          t,
          k,
        ),
      ),
    ),
  );
  return rows.flatMap((a) => rows.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)));
}

describe.each(['webgpu', 'cpu'] as const)('the Gramian on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });
  afterEach(() => assumeMachine(undefined));

  test.each([
    { tasks: 1, software: true },
    { tasks: 2, software: true },
    { tasks: 3, software: false },
    { tasks: 7, software: true },
    { tasks: 8, software: true },
    { tasks: 13, software: true },
    { tasks: 40, software: true },
  ])('holds all products of gradients: $tasks tasks', async ({ tasks, software }) => {
    assumeMachine({ quads: false, software });
    let values: ArrayLike<number> = [];
    const run = async () => {
      const gradients = draw(tasks);
      const result = gramian(gradients, 8);
      expect(result.shape).toEqual([tasks, tasks]);
      values = await result.data();
      tf.dispose([result, ...gradients.flat()]);
    };
    expect(await complaints(run)).toEqual([]);
    expect(worstError(values, expected(tasks))).toBeLessThan(1e-5);
    const at = (i: number, j: number) => values[i * tasks + j];
    for (let i = 0; i < tasks; i++) for (let j = 0; j < i; j++) expect(at(i, j)).toBe(at(j, i));
  });
});

test('repeats bit for bit with as many buffers as there are, and leaves nothing over', async () => {
  await openDevice('webgpu');
  const gradients = draw(5);
  const once = async () => {
    const result = gramian(gradients);
    const values = Array.from(await result.data());
    result.dispose();
    return values;
  };
  const first = await once();
  expect(worstError(first, expected(5))).toBeLessThan(1e-5);
  const before = held();
  for (let repeat = 0; repeat < 5; repeat++) expect(await once()).toEqual(first);
  expect(held()).toEqual(before);
});

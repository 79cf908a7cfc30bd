import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { gramianOf } from '../matrix.ts';
import { randomJacobian } from '../testing.ts';
import { equilibrium } from './newton.ts';
import { scale } from './scale.ts';

test.each([
  { tasks: 1, power: 1 },
  { tasks: 5, power: 0.1 },
  { tasks: 5, power: 2 },
  { tasks: 40, power: 1 },
  { tasks: 40, power: 0.5 },
])('satisfies its equations for $tasks tasks, q = $power', ({ tasks, power }) => {
  const random = new Random(3, tasks);
  const jacobian = randomJacobian({ tasks, parameters: 2 * tasks, spread: 0, conflict: 0.3 }, random);
  const { cosines } = scale(gramianOf(jacobian, tasks), tasks);
  const goals = Float64Array.from({ length: tasks }, () => Math.exp(random.uniform(-4, 4)));
  const u = equilibrium(cosines, goals, power) ?? new Float64Array();
  for (const [i, value] of u.entries()) {
    const force = u.reduce((sum, other, j) => sum + (cosines[i * tasks + j] ?? 0) * other, 0);
    expect(force / ((goals[i] ?? 0) * value ** -power)).toBeCloseTo(1, 9);
  }
  expect(u.length).toBe(tasks);
});

test('finds none where gradients cancel out', () => {
  const opposite = Float64Array.of(1, -1, -1, 1);
  for (const power of [0.1, 1, 2])
    expect(equilibrium(opposite, Float64Array.of(1, 1), power)).toBeUndefined();
});

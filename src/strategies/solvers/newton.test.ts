import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { mgda } from '../mgda.ts';
import { gramianOf } from '../matrix.ts';
import { randomJacobian, squareOf } from '../testing.ts';
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

test.each([0.1, 0.5, 1, 2])('finds one wherever gradients do not cancel out, with q = %d', (power) => {
  const found = { there: 0, missing: 0 };
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(9, seed);
    const tasks = 2 + random.integer(9);
    const kind = {
      tasks,
      parameters: 1 + random.integer(2 * tasks),
      spread: 0,
      conflict: random.uniform(0.5, 1),
    };
    const { cosines } = scale(gramianOf(randomJacobian(kind, random), tasks), tasks);
    const goals = Float64Array.from({ length: tasks }, () => Math.exp(random.uniform(-2, 2)));
    const shortest = mgda.step({ losses: new Float64Array(tasks), gramian: cosines }).weights;
    const distance = Math.sqrt(squareOf(shortest, cosines));
    if (distance > 1e-7 && distance < 1e-3) continue;
    found[distance > 1e-7 ? 'there' : 'missing']++;
    expect(equilibrium(cosines, goals, power) !== undefined, `seed ${seed}, ${distance}`).toBe(
      distance > 1e-7,
    );
  }
  expect(Math.min(found.there, found.missing)).toBeGreaterThan(20);
});

/** Every method over losses and gradients that a rule may fear, for many steps: numbers stay finite, also as float32. */
import { describe, expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { strategies, strategyOf } from './index.ts';
import { rowNorms } from './matrix.ts';
import { randomJacobian } from './testing.ts';

const steps = 12;

interface Odd {
  readonly name: string;
  readonly losses: (t: number, tasks: number) => number;
  /** Factor of a task's gradient. */
  readonly length?: (t: number, tasks: number) => number;
}

/** From 1e-6 to 1e6. */
const spread = (t: number, tasks: number) => 10 ** (tasks === 1 ? 6 : (12 * t) / (tasks - 1) - 6);

const odds: readonly Odd[] = [
  { name: 'a task without labels', losses: (t) => (t === 0 ? 0 : 1), length: (t) => (t === 0 ? 0 : 1) },
  { name: 'no labels at all', losses: () => 0, length: () => 0 },
  {
    name: 'a task learned to perfection',
    losses: (t) => (t === 0 ? 1e-30 : 1),
    length: (t) => (t === 0 ? 1e-30 : 1),
  },
  { name: 'losses from 1e-6 to 1e6', losses: spread },
  { name: 'norms from 1e-6 to 1e6', losses: () => 1, length: spread },
  { name: 'losses and norms from 1e-6 to 1e6', losses: spread, length: spread },
  { name: 'large losses, small gradients', losses: () => 1e6, length: () => 1e-6 },
  { name: 'small losses, large gradients', losses: () => 1e-6, length: () => 1e6 },
];

const isFloat32 = (value: number) => Number.isFinite(Math.fround(value));

describe('stays finite', () => {
  test.each(Object.keys(strategies))('%s', (id) => {
    const strategy = strategyOf(id);
    const batches = strategy.batches ?? 1;
    for (const tasks of [1, 2, 5])
      for (const { name, losses: lossOf, length = () => 1 } of odds) {
        const random = new Random(3, tasks);
        let state: Float64Array | undefined;
        for (let k = 0; k < steps; k++) {
          const rows = tasks * batches;
          const losses = Float64Array.from({ length: rows }, (_, i) => lossOf(i % tasks, tasks));
          const plain = randomJacobian({ tasks: rows, parameters: 6, spread: 0, conflict: 0.5 }, random);
          const jacobian = plain.map((g, i) => g * length(Math.floor(i / 6) % tasks, tasks));
          const output = strategy.step({
            losses,
            jacobian,
            state,
            random: () => random.uniform(),
            stepsPerEpoch: 2,
          });
          state = strategy.observe?.({ losses, state: output.state }) ?? output.state;
          const where = `${tasks} tasks, step ${k}: ${name}`;
          for (const values of [output.weights, output.grad ?? [], output.heads ?? [], state])
            expect(values.every(isFloat32), `${where}: ${[...values].join()}`).toBe(true);
          if (rowNorms(jacobian, rows).every((norm) => norm === 0))
            expect(
              output.grad?.every((value) => value === 0),
              where,
            ).toBe(true);
        }
      }
  });
});

describe('treats 40 tasks', () => {
  test.each(Object.keys(strategies))('%s', (id) => {
    const strategy = strategyOf(id);
    const rows = 40 * (strategy.batches ?? 1);
    const random = new Random(5);
    const jacobian = randomJacobian({ tasks: rows, parameters: 60, spread: 1, common: 0.2 }, random);
    const losses = Float64Array.from({ length: rows }, () => random.uniform(0.1, 3));
    const { weights, grad } = strategy.step({ losses, jacobian, random: () => random.uniform() });
    expect(weights.length).toBe(rows);
    expect(weights.every(isFloat32)).toBe(true);
    expect(grad?.some((value) => value !== 0)).toBe(true);
  });
});

/** GradDrop draws by coordinate, not by task: the same numbers, whatever the order. */
describe('does not depend on the order of the tasks, with whole gradients', () => {
  test.each(Object.keys(strategies).filter((id) => strategyOf(id).needs === 'jacobian'))('%s', (id) => {
    const strategy = strategyOf(id);
    const order = [2, 0, 3, 1];
    const run = (places: readonly number[]) => {
      const random = new Random(9);
      let state: Float64Array | undefined;
      let output = { weights: new Float64Array(), grad: new Float64Array() };
      for (let k = 0; k < 3; k++) {
        const jacobian = randomJacobian({ tasks: 4, parameters: 8, spread: 1, conflict: 0.5 }, random);
        const losses = Array.from({ length: 4 }, () => random.uniform(0.2, 3));
        const draws = new Random(10, k);
        const { grad = new Float64Array(), ...rest } = strategy.step({
          losses: Float64Array.from(places, (t) => losses[t] ?? 0),
          jacobian: Float64Array.from(places.flatMap((t) => [...jacobian.subarray(8 * t, 8 * t + 8)])),
          state,
          random: () => draws.uniform(),
        });
        ({ state } = rest);
        output = { weights: Float64Array.from(rest.weights), grad: Float64Array.from(grad) };
      }
      return output;
    };
    const plain = run([0, 1, 2, 3]);
    const other = run(order);
    for (const [i, t] of order.entries()) expect(other.weights[i]).toBeCloseTo(plain.weights[t] ?? 0, 10);
    for (const [p, value] of plain.grad.entries()) expect(other.grad[p]).toBeCloseTo(value, 10);
  });
});

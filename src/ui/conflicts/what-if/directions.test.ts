import { describe, expect, test } from 'vitest';
import { strategyOf } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';
import {
  type Answer,
  ask,
  atSize,
  directionOf,
  lowestAlignment,
  meanChange,
  plainSize,
  sortedBy,
  valueIn,
} from './directions.ts';

/** g₁ = (3, 4), g₂ = (−4, 3)·2: at right angles, norms 5 and 10. Losses 1 and 4. */
const square = {
  tasks: ['a', 'b'],
  losses: Float64Array.of(1, 4),
  gramian: Float64Array.of(25, 0, 0, 100),
  learningRate: 0.1,
  stepsPerEpoch: 10,
};
/** g₁ = (1, 0), g₂ = (−2, 2): they oppose each other. */
const opposed = { ...square, gramian: Float64Array.of(1, -2, -2, 8) };

const close = (values: Float64Array, expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 12);
};

describe('a direction', () => {
  test('of the plain sum of two gradients at right angles', () => {
    const direction = directionOf(Float64Array.of(1, 1), square);
    expect(direction.size).toBeCloseTo(Math.sqrt(125), 12);
    close(direction.alignment, [5 / Math.sqrt(125), 10 / Math.sqrt(125)]);
    close(direction.change, [-2.5, -10]);
    expect(meanChange(direction)).toBeCloseTo(-6.25, 12);
  });

  test('of opposed gradients raises the loss of the weaker task', () => {
    // d = (1, 0) + (−2, 2) = (−1, 2): d·g₁ = −1, d·g₂ = 6, |d| = √5.
    const direction = directionOf(Float64Array.of(1, 1), opposed);
    close(direction.alignment, [-1 / Math.sqrt(5), 6 / Math.sqrt(5 * 8)]);
    close(direction.change, [0.1, -0.6]);
    expect(lowestAlignment(direction)).toBeCloseTo(-1 / Math.sqrt(5), 12);
  });

  test('is compared at another length: weights and changes scale, alignment stays', () => {
    const direction = directionOf(Float64Array.of(2, 0), opposed);
    const scaled = atSize(direction, plainSize(opposed));
    expect(scaled.size).toBeCloseTo(Math.sqrt(5), 12);
    close(scaled.weights, [Math.sqrt(5), 0]);
    close(scaled.change, [-0.1 * Math.sqrt(5), 0.2 * Math.sqrt(5)]);
    expect(scaled.alignment).toEqual(direction.alignment);
  });

  test('that is zero has no alignment and is left as it is', () => {
    const none = directionOf(Float64Array.of(0, 0), square);
    expect(none.size).toBe(0);
    expect([...none.alignment]).toEqual([Number.NaN, Number.NaN]);
    expect(lowestAlignment(none)).toBeNaN();
    expect(atSize(none, 3)).toBe(none);
  });

  test('that rounding alone leaves is none', () => {
    const opposite = { ...square, gramian: Float64Array.of(1, -1, -1, 1 + 1e-7) };
    expect(directionOf(Float64Array.of(1, 1), opposite).size).toBe(0);
    const nearly = { ...square, gramian: Float64Array.of(1, -1, -1, 1 + 1e-4) };
    expect(directionOf(Float64Array.of(1, 1), nearly).size).toBeCloseTo(0.01, 6);
  });

  test('has no alignment with a task whose gradient is zero', () => {
    const direction = directionOf(Float64Array.of(1, 1), {
      ...square,
      gramian: Float64Array.of(25, 0, 0, 0),
    });
    close(direction.alignment.slice(0, 1), [1]);
    expect(direction.alignment[1]).toBeNaN();
    expect(lowestAlignment(direction)).toBe(1);
  });
});

/** A method of the test's own. */
function method(change: Partial<Strategy>): Strategy {
  return { ...strategyOf('equal'), ...change };
}

describe('a method', () => {
  const directionIn = (answer: Answer) => {
    if (!('direction' in answer)) throw new Error(answer.reason);
    return answer;
  };

  test('is asked with its defaults', () => {
    const answer = directionIn(ask(strategyOf('gls'), { id: 'gls' }, square));
    // √(1·4) / (2·L): 1 and ¼.
    close(answer.direction.weights, [1, 0.25]);
    expect(answer).toMatchObject({ isStart: false, isDrawn: false });
  });

  test('is asked with the settings given', () => {
    const answer = ask(strategyOf('manual'), { id: 'manual', settings: { weights: { b: 3 } } }, square);
    close(directionIn(answer).direction.weights, [1, 3]);
  });

  test('that the run trains by answers as it did there', () => {
    const live = Float64Array.of(0.5, 2);
    const strategy = method({ remembers: true });
    const answer = directionIn(ask(strategy, { id: 'own', live }, square));
    expect(answer.isStart).toBe(false);
    close(answer.direction.weights, [0.5, 2]);
    close(
      directionIn(ask(strategy, { id: 'own', live: Float64Array.of(1, Number.NaN) }, square)).direction
        .weights,
      [1, 1],
    );
  });

  test('says whether it remembers or draws; the draw is the same every time', () => {
    const drawing = method({
      remembers: true,
      step: ({ random = Math.random, losses }) => ({
        weights: losses.map(() => random()),
        state: new Float64Array(),
      }),
    });
    const [once, again] = [1, 2].map(() => directionIn(ask(drawing, { id: 'own' }, square)));
    expect(once).toMatchObject({ isStart: true, isDrawn: true });
    expect(again?.direction.weights).toEqual(once?.direction.weights);
    expect(new Set(once?.direction.weights).size).toBe(2);
  });

  test('says why it cannot be asked', () => {
    const reason = (strategy: Strategy) => {
      const answer = ask(strategy, { id: 'own' }, square);
      return 'reason' in answer ? answer.reason : undefined;
    };
    expect(reason(method({ needs: 'jacobian' }))).toContain('every number of the gradients');
    expect(reason(method({ needs: 'gramian', batches: 3 }))).toContain('3 batches');
    const broken = method({
      step: () => ({ weights: Float64Array.of(1, Infinity), state: new Float64Array() }),
    });
    expect(reason(broken)).toContain('no finite weights');
    const failing = method({
      step() {
        throw new RangeError('no way');
      },
    });
    expect(reason(failing)).toBe('no way');
  });
});

test('answers are sorted by any column, those without a number last', () => {
  const answers: Answer[] = [
    { id: 'x', name: 'Unknown', reason: 'cannot' },
    ...[
      ['one', Float64Array.of(1, 0)] as const,
      ['two', Float64Array.of(0, 1)] as const,
      ['both', Float64Array.of(1, 1)] as const,
    ].map(([id, weights]) => ({
      id,
      name: id,
      direction: directionOf(weights, opposed),
      isStart: false,
      isDrawn: false,
    })),
  ];
  const order = (...by: Parameters<typeof sortedBy> extends [unknown, ...infer Rest] ? Rest : never) =>
    sortedBy(answers, ...by).map(({ id }) => id);
  expect(order({ of: 'name' }, false)).toEqual(['both', 'one', 'two', 'x']);
  expect(order({ of: 'change', task: 0 }, false)).toEqual(['one', 'both', 'two', 'x']);
  expect(order({ of: 'change', task: 0 }, true)).toEqual(['two', 'both', 'one', 'x']);
  // Lowest: one −1/√2, two −1/√2, both −1/√5.
  expect(order({ of: 'lowest' }, true)).toEqual(['both', 'one', 'two', 'x']);
  // Means of the changes: one (−0.1 + 0.2)/2, two (0.2 − 0.8)/2, both (0.1 − 0.6)/2.
  expect(order({ of: 'mean' }, false)).toEqual(['two', 'both', 'one', 'x']);
  const [unknown] = answers;
  expect(unknown && valueIn(unknown, { of: 'weights', task: 0 })).toBeNaN();
});

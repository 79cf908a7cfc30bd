/** Every method, in TypeScript, against the libraries and exact solvers: see golden/README.md. */
import { describe, expect, test } from 'vitest';
import type { GoldenCase } from './golden/adapters.ts';
import { goldenCases } from './golden/cases.ts';
import { directionError, sizeError } from './golden/measure.ts';
import { goldenText } from './golden/testing.ts';
import { isStrategy, strategies, strategyOf } from './index.ts';
import { gramianOf } from './matrix.ts';

const tolerance = 1e-6;
const { byMethod, skipped } = goldenCases(goldenText());

/** The largest relative error over the steps of a case. */
function errorOf({ method, settings: params, tasks, stepsPerEpoch, start, steps }: GoldenCase): number {
  const strategy = strategyOf(method);
  const settings = strategy.schema.parse(params);
  const initial = strategy.initialState(tasks, steps[0]?.grad.length ?? 0, settings);
  let state = start ? start(initial) : initial;
  let worst = 0;
  for (const step of steps) {
    const { losses, jacobian, draws, after } = step;
    let drawn = 0;
    const random = () => draws[drawn++] ?? Number.NaN;
    const gramian = gramianOf(jacobian, losses.length);
    const output = strategy.step({ losses, jacobian, gramian, state, params, random, stepsPerEpoch });
    state = output.state;
    if (after && strategy.observe) state = strategy.observe({ losses: after, state, params });
    worst = Math.max(worst, directionError(output.grad ?? [], step));
    if (strategy.needs === 'losses') worst = Math.max(worst, sizeError(output.weights, step));
  }
  return worst;
}

test('every method of the golden file is in the registry', () => {
  const missing = [...byMethod.keys()].filter((method) => !isStrategy(method));
  expect(missing, `known are ${Object.keys(strategies).join(', ')}`).toEqual([]);
});

test('the golden file has cases that count', async ({ annotate }) => {
  for (const [reason, count] of skipped) await annotate(`left out ${count} of ${reason}`, 'skipped');
  expect([...byMethod.values()].flat().length).toBeGreaterThan(0);
});

describe('in TypeScript', () => {
  for (const [method, cases] of byMethod)
    test.runIf(isStrategy(method))(`${method} agrees with its golden cases`, async ({ annotate }) => {
      const errors = cases.map((each) => ({ id: each.id, error: errorOf(each) }));
      const worst = Math.max(...errors.map(({ error }) => error));
      await annotate(
        `${method}: ${cases.length} cases, worst relative error ${worst.toExponential(1)}, allowed ${tolerance.toExponential(0)}`,
        'golden',
      );
      const wrong = errors.filter(({ error }) => !(error <= tolerance));
      expect(wrong.map(({ id, error }) => `${id}: ${error.toExponential(1)}`)).toEqual([]);
    });
});

/** Runs a golden case in TypeScript. */
import { strategyOf } from '../index.ts';
import { gramianOf } from '../matrix.ts';
import type { GoldenCase } from './adapters.ts';
import { directionError, sizeError } from './measure.ts';

/** The largest relative error over the steps of a case; with other settings than its own, if given. */
export function errorOf(golden: GoldenCase, params: unknown = golden.settings): number {
  const { method, tasks, stepsPerEpoch, start, steps } = golden;
  const strategy = strategyOf(method);
  const initial = strategy.initialState(tasks, steps[0]?.grad.length ?? 0, strategy.schema.parse(params));
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

/** Every method, as it runs in a training step on the GPU, against the libraries and exact solvers: strategies/golden/. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import type { CaseStep, GoldenCase } from '#strategies/golden/adapters.ts';
import { goldenCases } from '#strategies/golden/cases.ts';
import { directionError, roundingError, sizeError, weightsError } from '#strategies/golden/measure.ts';
import { errorOf } from '#strategies/golden/run.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';
import { gramianOf } from '#strategies/matrix.ts';
import { closeDevice, openDevice } from './device.ts';
import { jacobianMethod } from './strategies/index.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';
import { readNow } from './webgpu/host-copy.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    goldenText: () => Promise<string>;
  }
}

const { byMethod } = goldenCases(await commands.goldenText());

beforeAll(() => openDevice());
afterAll(() => closeDevice());

const vector = (values: ArrayLike<number>) => tf.tensor1d(Float32Array.from(values));

/** Jacobians and Gramians are exact before they are rounded to float32: what is measured is the method. */
function evidence(step: CaseStep, k: number) {
  const count = step.losses.length;
  return {
    losses: vector(step.losses),
    gramian: tf.tensor2d(Float32Array.from(gramianOf(step.jacobian, count)), [count, count]),
    step: tf.tensor1d([k], 'int32'),
    hostStep: k,
    draws: vector(step.draws.length > 0 ? step.draws : [0]),
  };
}

/** Runs a case; returns what is yet to be read: the weights of each step. */
function weightsOf(golden: GoldenCase): tf.Tensor[] {
  const { method, settings, stepsPerEpoch, start } = golden;
  const tasks = Array.from({ length: golden.tasks }, (_, t) => String(t));
  const weighting = new Weighting({ chosen: { kind: method, settings }, tasks, seed: 1, stepsPerEpoch });
  if (start) {
    const { schema, initialState } = weighting.strategy;
    weighting.write(Float32Array.from(start(initialState(golden.tasks, 0, schema.parse(settings)))));
  }
  const weights = golden.steps.map((step, k) => {
    const given = evidence(step, k);
    const result = weighting.weigh(given);
    if (step.after) weighting.observe({ ...given, losses: vector(step.after) });
    return result.weights;
  });
  weighting.dispose();
  return weights;
}

function directionsOf(golden: GoldenCase): tf.Tensor[] {
  const { method, tasks, start } = golden;
  const settings = strategyOf(method).schema.parse(golden.settings);
  const parameters = golden.steps[0]?.grad.length ?? 0;
  const engine = jacobianMethod(method, { tasks, parameters, settings });
  if (start) throw new Error(`golden case ${golden.id}: starts from a state`);
  const directions = golden.steps.map((step, k) => {
    const jacobian = tf.tensor2d(Float32Array.from(step.jacobian), [tasks, parameters]);
    return engine.direction({ ...evidence(step, k), jacobian, seed: 1 }).direction;
  });
  engine.dispose();
  return directions;
}

/** The error of a step, and how much of it rounding accounts for that nothing in float32 can escape. */
function stepError({ method }: GoldenCase, step: CaseStep, found: Float64Array) {
  const { needs } = strategyOf(method);
  if (needs === 'jacobian') return { error: directionError(found, step), rounding: 0 };
  const error = Math.max(weightsError(found, step), needs === 'losses' ? sizeError(found, step) : 0);
  return { error, rounding: roundingError(found, step) };
}

const tolerance = 2e-5;

describe('on WebGPU, in float32', () => {
  for (const [method, all] of byMethod) {
    if (!isStrategy(method) || strategyOf(method).constant) continue;
    const cases = all.filter((each) => !each.coarse || errorOf(each, each.coarse) <= tolerance);
    test(`${method} agrees with its golden cases`, async ({ annotate }) => {
      const run = strategyOf(method).needs === 'jacobian' ? directionsOf : weightsOf;
      const errors: { id: string; error: number; rounding: number }[] = [];
      tf.engine().startScope();
      const found = cases.map((each) => run(each));
      const read = await readNow(found.flat());
      tf.engine().endScope();
      let next = 0;
      for (const golden of cases)
        for (const step of golden.steps)
          errors.push({
            id: golden.id,
            ...stepError(golden, step, Float64Array.from(read[next++] ?? [])),
          });
      const worst = Math.max(...errors.map(({ error }) => error));
      if (cases.length < all.length)
        await annotate(
          `left out ${all.length - cases.length} of ${method}: float32 cannot tell their ranks`,
          'skipped',
        );
      await annotate(
        `${method}: ${cases.length} cases, worst relative error ${worst.toExponential(1)}, allowed ${tolerance.toExponential(0)} beside rounding`,
        'golden',
      );
      const wrong = errors.filter(({ error, rounding }) => !(error <= tolerance + rounding));
      expect(wrong.map(({ id, error }) => `${id}: ${error.toExponential(1)}`)).toEqual([]);
    });
  }
});

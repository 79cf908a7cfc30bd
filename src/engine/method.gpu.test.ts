import { beforeAll, describe, expect, test } from 'vitest';
import { planNetwork } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { Arena } from './capture/arena.ts';
import { openDevice } from './device.ts';
import { passThrough, partsOf, trainingBatch } from './network-pass.ts';
import { createParameters, readWeights } from './parameters.ts';
import { disposeResident, residentDataset } from './resident.ts';
import { TrainingStep } from './step.ts';
import { relativeError, smallDataset, smallExperiment } from './testing.ts';
import * as tf from './tf.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const dataset = smallDataset();
const batchSize = 8;
const sgd = { optimiser: { kind: 'sgd', momentum: 0 }, learningRate: 0.1 };

const balanced = (kind: string, gradients: 'representation' | 'parameters' = 'representation') =>
  smallExperiment(sgd, { strategy: { kind, gradients } });

/** Everything that one can train with, beside each way of looking at gradients that it allows. */
const ways = Object.entries(strategies).flatMap(([kind, { needs, gradients }]) => [
  { kind, gradients: 'representation' as const },
  ...(needs === 'losses' || gradients === 'parameters' ? [] : [{ kind, gradients: 'parameters' as const }]),
]);

/** A step on the device, with what it works on. */
function begin(experiment: Experiment, arena?: Arena) {
  const plan = planNetwork(experiment, dataset.info);
  const weights = createParameters(plan.parameters, experiment.seed);
  const data = residentDataset(dataset);
  const course = { experiment, plan, weights, data, batchSize };
  const trainer = new TrainingStep({ ...course, totalSteps: 20, stepsPerEpoch: 3, start: 0, arena });
  const end = () => {
    trainer.dispose();
    disposeResident(data);
    for (const weight of weights.values()) weight.dispose();
  };
  return { ...course, trainer, end };
}

type Begun = ReturnType<typeof begin>;

/** Gradients of each task by all parameters that train, on the step's first batch, by tfjs's own differentiation. */
async function taskGradients(course: Begun) {
  const moment = { step: tf.tensor1d([0], 'int32'), hostStep: 0 };
  const { trunk, heads } = partsOf(course.plan, course.weights);
  const variables = [...trunk, ...heads.flat()];
  const batch = trainingBatch(course, moment);
  const byTask = heads.map((_, t) => {
    const loss = () => passThrough(course, batch, moment, 'still').losses.slice([t], [1]).asScalar();
    const { grads } = tf.variableGrads(loss, variables);
    return variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
  });
  return Promise.all(byTask.map((list) => Promise.all(list.map((tensor) => tensor.data()))));
}

describe('a step on WebGPU', () => {
  beforeAll(() => openDevice('webgpu'));

  // The weights of several batches are told added up.
  const byGradients = ways.filter(({ kind }) => {
    const { needs, batches } = strategyOf(kind);
    return needs === 'gramian' && batches === undefined;
  });

  test.each(byGradients)('moves the trunk by the weights that $kind chose ($gradients)', async (way) => {
    const begun = begin(balanced(way.kind, way.gradients));
    const { trunk, heads } = partsOf(begun.plan, begun.weights);
    const read = () => Promise.all([...trunk, ...heads.flat()].map((variable) => variable.data()));
    const before = (await read()).map((values) => Float32Array.from(values));
    const gradients = await taskGradients(begun);
    const report = await begun.trainer.submit(1).reports;
    const after = await read();
    const weights = report.subarray(8, 10);
    expect(weights.every(Number.isFinite)).toBe(true);
    for (let k = 0; k < trunk.length; k++) {
      const moved = before[k]?.map((value, i) =>
        gradients.reduce((sum, task, t) => sum - 0.1 * (weights[t] ?? NaN) * (task[k]?.[i] ?? NaN), value),
      );
      const change = moved?.map((value, i) => value - (before[k]?.[i] ?? NaN)) ?? [];
      const found = after[k]?.map((value, i) => value - (before[k]?.[i] ?? NaN)) ?? [];
      expect(relativeError(found, change)).toBeLessThan(2e-4);
    }
    const ownLosses = strategyOf(way.kind).wgsl?.weighsHeads === undefined;
    for (let k = trunk.length; k < (ownLosses ? before.length : 0); k++) {
      const own = before[k]?.map((value, i) =>
        gradients.reduce((sum, task) => sum - 0.1 * (task[k]?.[i] ?? NaN), value),
      );
      expect(relativeError(after[k] ?? [], own ?? [])).toBeLessThan(1e-5);
    }
    const wanted = gradients.flatMap((one) =>
      gradients.map((other) =>
        trunk.reduce(
          (sum, _, k) =>
            sum + Array.from(one[k] ?? []).reduce((all, value, i) => all + value * (other[k]?.[i] ?? NaN), 0),
          0,
        ),
      ),
    );
    if (way.gradients === 'parameters' || strategyOf(way.kind).gradients === 'parameters')
      expect(relativeError(report.subarray(10), wanted)).toBeLessThan(1e-4);
    begun.end();
  });

  test.each(ways)('replays $kind ($gradients) as it runs it', async ({ kind, gradients }) => {
    const run = async (lots: readonly number[], arena?: Arena) => {
      const { trainer, plan, weights, end } = begin(balanced(kind, gradients), arena);
      await trainer.prepare();
      const reports: number[] = [];
      for (const lot of lots) {
        expect(trainer.most).toBeGreaterThanOrEqual(lot);
        reports.push(...(await trainer.submit(lot).reports));
      }
      const tensors = await readWeights(plan.parameters, weights);
      const memory = await trainer.readMethod();
      const { mode, reason } = trainer.details();
      end();
      return { reports, tensors, memory, mode, reason };
    };
    const backend = webgpuBackend();
    if (!backend) throw new Error('no WebGPU');
    const arena = new Arena(backend.device);
    const replayed = await run([1, 4, 2], arena);
    arena.dispose();
    expect(replayed.reason).toBeUndefined();
    expect(replayed.reports.every(Number.isFinite)).toBe(true);
    const eager = await run([1, 1, 1, 1, 1, 1, 1]);
    expect(replayed.reports).toEqual(eager.reports);
    expect(replayed.tensors).toEqual(eager.tensors);
    expect(replayed.memory).toEqual(eager.memory);
  });
});

/** The recorded step against the same step by tfjs, and against the backends that cannot record. */
import { beforeAll, describe, expect, test } from 'vitest';
import { metricColumns } from '#experiment/metric-columns.ts';
import { planNetwork } from '#experiment/plan.ts';
import { withPreset } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { Arena } from './capture/arena.ts';
import { intercept } from './capture/intercept.ts';
import { openDevice } from './device.ts';
import { createParameters, readWeights } from './parameters.ts';
import { disposeResident, residentDataset } from './resident.ts';
import { Run } from './run.ts';
import { reportSize, TrainingStep } from './step.ts';
import { relativeError, rowsOf, smallDataset, smallExperiment } from './testing.ts';
import type { RunEvent } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const dataset = smallDataset();

beforeAll(async () => {
  await openDevice('webgpu');
});

/** Reports and weights of some steps, submitted in lots of these sizes, replayed where there is an arena. */
async function steps(experiment: Experiment, lots: readonly number[], arena: Arena | undefined) {
  const plan = planNetwork(experiment, dataset.info);
  const weights = createParameters(plan.parameters, experiment.seed);
  const data = residentDataset(dataset);
  const trainer = new TrainingStep({
    experiment,
    plan,
    weights,
    data,
    batchSize: 8,
    totalSteps: 12,
    start: 0,
    stepsPerEpoch: 2,
    arena,
  });
  const reports: number[] = [];
  for (const lot of lots) {
    expect(trainer.most).toBeGreaterThanOrEqual(lot);
    reports.push(...(await trainer.submit(lot).reports));
  }
  const details = trainer.details();
  const tensors = await readWeights(plan.parameters, weights);
  const state = await trainer.optimiser.read();
  trainer.dispose();
  disposeResident(data);
  for (const weight of weights.values()) weight.dispose();
  return { reports, tensors, state, details };
}

/** One step at a time. */
const singly = (count: number) => Array.from({ length: count }, () => 1);

const experiments: readonly [string, Experiment][] = [
  ['batch norm, pooling, dropout, augmentation, missing labels, Adam', smallExperiment()],
  [
    'Nesterov momentum with clipping and warm-up',
    smallExperiment({
      optimiser: { kind: 'sgd', momentum: 0.9, nesterov: true },
      clipNorm: 0.5,
      warmUp: 4,
    }),
  ],
  ['MobileNet-small with AdamW', withPreset(smallExperiment({ optimiser: { kind: 'adamw' } }), 'mobile-net')],
  ['ResNet-9', withPreset(smallExperiment(), 'resnet-9')],
];

test.each(experiments)('agrees with tfjs bit for bit: %s', async (_name, experiment) => {
  const backend = webgpuBackend();
  if (!backend) throw new Error('no WebGPU');
  const arena = new Arena(backend.device);
  const eager = await steps(experiment, singly(8), undefined);
  const replayed = await steps(experiment, [1, 1, 1, 4, 1], arena);
  expect(replayed.details.reason).toBeUndefined();
  expect(replayed.details.mode).toBe('replayed');
  expect(eager.details.mode).toBe('eager');
  expect(replayed.reports).toHaveLength(8 * reportSize(2, false));
  expect(replayed.reports).toEqual(eager.reports);
  expect(replayed.tensors).toEqual(eager.tensors);
  expect(replayed.state).toEqual(eager.state);
  expect(replayed.state.updates).toBe(8);
  arena.dispose();
});

test('uploads nothing and creates nothing while it replays', async () => {
  const backend = webgpuBackend();
  if (!backend) throw new Error('no WebGPU');
  const { device, queue } = backend;
  const seen: string[] = [];
  const note =
    (what: string) =>
    <Arguments extends unknown[], Result>(original: (...inputs: Arguments) => Result) =>
    (...inputs: Arguments): Result => {
      seen.push(what);
      return original(...inputs);
    };
  const experiment = smallExperiment({
    length: { unit: 'steps', count: 40 },
    validateEvery: { unit: 'steps', count: 1000 },
  });
  const run = new Run({ experiment, dataset, onEvent: () => {} });
  for (let i = 0; i < 4; i++) await run.stepOnce();
  const undo = [
    intercept(queue, 'writeBuffer', note('writeBuffer') as never),
    intercept(device, 'createBindGroup', note('createBindGroup') as never),
    intercept(device, 'createComputePipeline', note('createComputePipeline') as never),
    intercept(device, 'createCommandEncoder', note('createCommandEncoder') as never),
  ];
  await run.stepOnce();
  await run.stepOnce();
  for (const restore of undo) restore();
  expect(new Set(seen)).toEqual(new Set(['createCommandEncoder']));
  const details = run.details();
  expect(details.mode).toBe('replayed');
  expect(details.dispatches).toBeGreaterThan(20);
  expect(details.dispatches).toBe(details.kernels.reduce((sum, { count }) => sum + count, 0));
  await run.dispose();
});

describe.each(['webgl', 'cpu'] as const)('after 50 steps, %s', (backend) => {
  test('is where WebGPU is, to 1e-3', async () => {
    const experiment = smallExperiment({
      learningRate: 0.002,
      length: { unit: 'steps', count: 50 },
      validateEvery: { unit: 'steps', count: 50 },
    });
    const trained = async (name: 'webgpu' | 'webgl' | 'cpu') => {
      await openDevice(name);
      const events: RunEvent[] = [];
      const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event) });
      await run.resume();
      const { tensors } = await run.weights('last');
      const { mode } = run.details();
      await run.dispose();
      const columns = metricColumns(['corner', 'light']);
      const losses = rowsOf(events, columns.length).flatMap((row) =>
        row.filter((_, i) => columns[i]?.startsWith('loss') && !Number.isNaN(row[i] ?? NaN)),
      );
      return { tensors, losses, mode };
    };
    const other = await trained(backend);
    const webgpu = await trained('webgpu');
    expect(webgpu.mode).toBe('replayed');
    expect(other.mode).toBe('eager');
    expect(webgpu.losses.length).toBeGreaterThan(90);
    expect(relativeError(webgpu.losses, other.losses)).toBeLessThan(1e-3);
    for (const [i, { name, values }] of other.tensors.entries())
      expect([name, relativeError(webgpu.tensors[i]?.values ?? [], values) < 1e-3]).toEqual([name, true]);
  });
});

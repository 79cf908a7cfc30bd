/** Task gradients measured beside training, against tfjs's own differentiation, and against a training without it. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Dataset } from '#data/dataset.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { planNetwork } from '#experiment/plan.ts';
import { withPreset } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { pairsOf } from '#lib/gramian.ts';
import { Arena } from './capture/arena.ts';
import { intercept } from './capture/intercept.ts';
import { ConflictProbe } from './conflict-probe.ts';
import { openDevice } from './device.ts';
import { held } from './kernels/testing.ts';
import { passThrough, trainedOf, trainingBatch } from './network-pass.ts';
import { createParameters, readWeights } from './parameters.ts';
import { disposeResident, residentDataset } from './resident.ts';
import { Run } from './run.ts';
import { TrainingStep } from './step.ts';
import { relativeError, rowsOf, smallDataset, smallExperiment } from './testing.ts';
import * as tf from './tf.ts';
import type { LayerGramians, NamedTensor, RunEvent } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const dataset = smallDataset();
const batchSize = 8;

/** A training step with a probe beside it. */
function begin(experiment: Experiment, tensors?: readonly NamedTensor[], start = 0) {
  const plan = planNetwork(experiment, dataset.info);
  const weights = createParameters(plan.parameters, experiment.seed, tensors);
  const data = residentDataset(dataset);
  const backend = webgpuBackend();
  const arena = backend && new Arena(backend.device);
  const course = { experiment, plan, weights, data, batchSize, arena };
  const trainer = new TrainingStep({ ...course, totalSteps: 40, stepsPerEpoch: 3, start });
  const probe = new ConflictProbe({ ...course, trainer });
  const end = () => {
    probe.dispose();
    trainer.dispose();
    arena?.dispose();
    disposeResident(data);
    for (const weight of weights.values()) weight.dispose();
  };
  return { ...course, trainer, probe, end };
}

/** Products of the gradients of all task losses by each layer's parameters, by tfjs's own differentiation, in float64. */
async function expected(experiment: Experiment, tensors: readonly NamedTensor[], step: number) {
  await openDevice('cpu');
  const begun = begin(experiment, tensors, step);
  const { plan, weights } = begun;
  const moment = { step: tf.tensor1d([step], 'int32'), hostStep: step };
  const batch = trainingBatch(begun, moment);
  const layers = plan.trunk.map((layer) => trainedOf([layer], weights)).filter(({ length }) => length > 0);
  const gradients = plan.heads.map((_, t) => {
    const loss = () => passThrough(begun, batch, moment, 'still').losses.slice([t], [1]).asScalar();
    const { grads } = tf.variableGrads(loss, layers.flat());
    return layers.map((layer) =>
      layer.flatMap((parameter) => Array.from(grads[parameter.name]?.dataSync() ?? [NaN])),
    );
  });
  const products = layers.map((_, layer) =>
    pairsOf(plan.heads.length).map(([i, j]) =>
      (gradients[i]?.[layer] ?? []).reduce(
        (sum, value, at) => sum + value * (gradients[j]?.[layer]?.[at] ?? NaN),
        0,
      ),
    ),
  );
  begun.end();
  await openDevice('webgpu');
  return products;
}

/** Rows of a measurement, one per layer. */
function byLayer({ layers, gramians }: Pick<LayerGramians, 'layers' | 'gramians'>): number[][] {
  const pairs = gramians.length / layers.length;
  return layers.map((_, k) => Array.from(gramians.subarray(k * pairs, (k + 1) * pairs)));
}

const total = (rows: readonly (readonly number[])[]) =>
  (rows[0] ?? []).map((_, pair) => rows.reduce((sum, row) => sum + (row[pair] ?? NaN), 0));

beforeAll(async () => {
  await openDevice('webgpu');
});

const three = [
  { kind: 'classification', id: 'corner', name: 'Corner', column: 'corner' },
  { kind: 'regression', id: 'light', name: 'Light', column: 'light' },
  { kind: 'classification', id: 'again', name: 'Again', column: 'corner' },
];

describe('measured beside training', () => {
  test.each<[string, Experiment, string[]]>([
    [
      'batch norm, dropout, augmentation, missing labels',
      smallExperiment({ learningRate: 0.1, optimiser: { kind: 'sgd' } }),
      ['trunk.0'],
    ],
    [
      'three tasks on layers with and without parameters',
      smallExperiment(
        {},
        {
          tasks: three,
          heads: { corner: [{ kind: 'dense', units: 4 }], light: [], again: [] },
          trunk: [
            { kind: 'conv2d', filters: 3, kernel: 3, activation: 'gelu' },
            { kind: 'max-pool' },
            { kind: 'dense', units: 6, activation: 'relu' },
            { kind: 'dropout', rate: 0.3 },
            { kind: 'dense', units: 5 },
          ],
        },
      ),
      ['trunk.0', 'trunk.2', 'trunk.4'],
    ],
    ['MobileNet-small', withPreset(smallExperiment(), 'mobile-net'), []],
  ])('are the products that tfjs finds, layer by layer: %s', async (_name, experiment, paths) => {
    const { trainer, probe, plan, weights, end } = begin(experiment);
    for (let step = 0; step < 3; step++) await trainer.submit(1).reports;
    const tensors = await readWeights(plan.parameters, weights);
    expect(probe.isReady).toBe(false);
    await probe.prepare();
    expect(probe.isReady).toBe(true);
    const measured = await probe.measure();
    const again = await probe.measure();
    const report = await trainer.submit(1).reports;
    end();
    expect(again).toEqual(measured);
    expect(measured.step).toBe(3);
    if (paths.length > 0) expect(measured.layers).toEqual(paths);
    expect(measured.layers.length).toBe(plan.trunk.filter(({ parameterCount }) => parameterCount > 0).length);
    // The batch is the one that the next step trains on.
    expect(measured.losses).toEqual(report.slice(2, 2 + plan.heads.length));
    const wanted = await expected(experiment, tensors, 3);
    const found = byLayer(measured);
    expect(found.length).toBe(wanted.length);
    for (const [layer, products] of wanted.entries())
      expect([layer, relativeError(found[layer] ?? [], products) < 1e-4, found[layer], products]).toEqual([
        layer,
        true,
        found[layer],
        products,
      ]);
  });

  test('uploads nothing and creates nothing once it replays', async () => {
    const backend = webgpuBackend();
    if (!backend) throw new Error('no WebGPU');
    const { device, queue } = backend;
    const { trainer, probe, end } = begin(smallExperiment());
    const both = async () => {
      const measuring = probe.measure();
      await Promise.all([measuring, trainer.submit(1).reports]);
      return (await measuring).step;
    };
    // It is recorded anew after the step was.
    for (let step = 0; step < 2; step++) await both();
    const seen: string[] = [];
    const note =
      (what: string) =>
      <Arguments extends unknown[], Result>(original: (...inputs: Arguments) => Result) =>
      (...inputs: Arguments): Result => {
        seen.push(what);
        return original(...inputs);
      };
    const undo = [
      intercept(queue, 'writeBuffer', note('writeBuffer') as never),
      intercept(device, 'createBuffer', note('createBuffer') as never),
      intercept(device, 'createBindGroup', note('createBindGroup') as never),
      intercept(device, 'createComputePipeline', note('createComputePipeline') as never),
      intercept(device, 'createCommandEncoder', note('createCommandEncoder') as never),
    ];
    for (let step = 2; step < 7; step++) expect(await both()).toBe(step);
    for (const restore of undo) restore();
    expect(seen).toEqual(Array.from({ length: 10 }, () => 'createCommandEncoder'));
    end();
  });

  test('runs by tfjs alone where there is no WebGPU', async () => {
    const { trainer, plan, weights, probe, end } = begin(smallExperiment());
    const tensors = await readWeights(plan.parameters, weights);
    await probe.prepare();
    const onWebgpu = await probe.measure();
    expect(trainer.step).toBe(0);
    end();
    await openDevice('cpu');
    const before = held();
    const other = begin(smallExperiment(), tensors);
    expect(other.probe.isReady).toBe(true);
    const onCpu = await other.probe.measure();
    other.end();
    expect(held()).toEqual(before);
    await openDevice('webgpu');
    expect(onCpu.layers).toEqual(onWebgpu.layers);
    expect(relativeError(onWebgpu.gramians, onCpu.gramians)).toBeLessThan(1e-4);
    expect(relativeError(onWebgpu.losses, onCpu.losses)).toBeLessThan(1e-5);
  });
});

const strategic = (kind: string, gradients: 'representation' | 'parameters' = 'representation') =>
  smallExperiment({}, { strategy: { kind, gradients } });

const columns = metricColumns(['corner', 'light']);

/** A run that measures every so many steps. */
function watched(experiment: Experiment, watchEvery: number | null, data: Dataset = dataset) {
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset: data, watchEvery, onEvent: (event) => events.push(event) });
  const measured = () => events.flatMap((event) => (event.type === 'layer-gramians' ? [event.measured] : []));
  const width = gramianColumns(experiment.tasks.length).length;
  const gramians = () =>
    events.flatMap((event) =>
      event.type === 'gramians'
        ? Array.from({ length: event.rows.length / width }, (_, i) =>
            Array.from(event.rows.subarray(i * width, (i + 1) * width)),
          )
        : [],
    );
  const timeless = () =>
    rowsOf(events, columns.length).map((row) => row.filter((_, i) => columns[i] !== 'seconds'));
  return { run, events, measured, gramians, timeless };
}

function only<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('not there');
  return value;
}

const steps = (count: number) => ({ unit: 'steps', count }) as const;

describe('a run that measures', () => {
  // Measurements wait for kernels, never the training for them: here all are compiled before.
  beforeAll(async () => {
    for (const kind of ['equal', 'modo']) {
      const { probe, end } = begin(strategic(kind));
      await probe.prepare();
      end();
    }
  });

  beforeEach(async () => {
    await openDevice('webgpu');
  });

  test('add up to what a method sees that looks at all shared parameters itself, in several batches, too', async () => {
    for (const kind of ['pcgrad', 'modo'] as const) {
      const { run, measured, gramians } = watched(strategic(kind, 'parameters'), 2);
      await run.resume();
      expect(measured().map(({ step }) => step)).toEqual([2, 4]);
      const rows = gramians();
      expect(rows.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
      for (const each of measured())
        expect(relativeError(total(byLayer(each)), rows[each.step]?.slice(2) ?? [])).toBeLessThan(1e-5);
      await run.dispose();
    }
  });

  test('trains as it would without, bit for bit, and tells of the Gramians', async () => {
    const experiment = smallExperiment({ length: steps(12), validateEvery: steps(5) });
    const plain = watched(experiment, null);
    await plain.run.resume();
    const { run, measured, gramians, timeless, events } = watched(experiment, 3);
    await run.resume();
    expect(run.status).toBe('finished');
    expect(measured().map(({ step }) => step)).toEqual([3, 6, 9]);
    expect(timeless()).toEqual(plain.timeless());
    expect((await run.weights('last')).tensors).toEqual((await plain.run.weights('last')).tensors);
    const validations = (of: readonly RunEvent[]) =>
      of.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation.tasks] : []));
    expect(validations(events)).toEqual(validations(plain.events));
    expect(plain.measured()).toEqual([]);
    expect(plain.gramians()).toEqual([]);
    const losses = timeless().map((row) => row.slice(3, 5));
    for (const { step, losses: own, milliseconds, layers } of measured()) {
      expect(Array.from(own)).toEqual(losses[step]);
      expect(milliseconds).toBeGreaterThan(0);
      expect(layers).toEqual(['trunk.0']);
    }
    expect(gramians().map(([step, byParameters]) => [step, byParameters])).toEqual([
      [4, 1],
      [7, 1],
      [10, 1],
    ]);
    for (const [i, row] of gramians().entries())
      expect(row.slice(2)).toEqual(Array.from(measured()[i]?.gramians ?? []));
    await Promise.all([run.dispose(), plain.run.dispose()]);
  });

  test('follows live changes of how often, and of the method', async () => {
    const experiment = smallExperiment({ length: steps(30), validateEvery: steps(100) });
    const { run, measured, gramians } = watched(experiment, null);
    const train = async (count: number) => {
      for (let i = 0; i < count; i++) await run.stepOnce();
    };
    await train(3);
    run.watch.every = 2;
    await train(4);
    // At step 4 its kernels were asked for, though they were there.
    expect(measured().map(({ step }) => step)).toEqual([6]);
    run.adjust({ strategy: { kind: 'modo', gradients: 'parameters', settings: {} } });
    await train(3);
    expect(measured().map(({ step }) => step)).toEqual([6, 8, 10]);
    // One that looks at gradients itself tells of them at each step, and draws other batches.
    expect(gramians().map(([step, byParameters]) => [step, byParameters])).toEqual([
      [7, 1],
      [8, 1],
      [9, 1],
      [10, 1],
    ]);
    expect(relativeError(total(byLayer(only(measured()[1]))), gramians()[2]?.slice(2) ?? [])).toBeLessThan(
      1e-5,
    );
    run.watch.every = 5;
    await train(5);
    run.watch.every = null;
    await train(5);
    expect(measured().map(({ step }) => step)).toEqual([6, 8, 10, 15]);
    await run.dispose();
  });

  test('goes on measuring another network', async () => {
    const experiment = smallExperiment({ length: steps(2000), validateEvery: steps(100) });
    const { run, measured, events } = watched(experiment, 2);
    for (let i = 0; i < 4; i++) await run.stepOnce();
    expect(measured().map(({ layers }) => layers)).toEqual([['trunk.0'], ['trunk.0']]);
    const wider = {
      ...smallExperiment(
        { length: steps(2000), validateEvery: steps(100) },
        {
          trunk: [
            { kind: 'conv-bn-act', filters: 3, kernel: 3 },
            { kind: 'dense', units: 7 },
          ],
        },
      ),
    };
    await run.adopt(wider);
    // Its kernels are compiled meanwhile.
    while (run.step < 2000 && measured().length < 3) await run.stepOnce();
    expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
    expect(measured().at(-1)?.layers).toEqual(['trunk.0', 'trunk.1']);
    expect((measured().at(-1)?.step ?? NaN) % 2).toBe(0);
    await run.dispose();
  });

  test('has nothing to measure of one task', async () => {
    const { corner } = smallExperiment().heads;
    const one = smallExperiment({}, { tasks: smallExperiment().tasks.slice(0, 1), heads: { corner } });
    const { run, measured, gramians } = watched(one, 1);
    await run.resume();
    expect(run.status).toBe('finished');
    expect([...measured(), ...gramians()]).toEqual([]);
    await run.dispose();
  });

  test('gives a task without a label in the batch no gradient and no loss', async () => {
    const unlabelled = {
      ...dataset,
      columns: dataset.columns.map(({ info, values }) => ({
        info,
        values: info.id === 'light' ? values.map(() => NaN) : values,
      })),
    };
    const { run, measured } = watched(smallExperiment(), 2, unlabelled);
    await run.resume();
    expect(measured().map(({ step }) => step)).toEqual([2, 4]);
    for (const { losses, gramians } of measured()) {
      expect(Array.from(losses, Number.isNaN)).toEqual([false, true]);
      const [first, both, second] = gramians;
      expect(first).toBeGreaterThan(0);
      expect([both, second]).toEqual([0, 0]);
    }
    await run.dispose();
  });

  test('takes no more memory however often it measures', async () => {
    const experiment = smallExperiment({ length: steps(200), validateEvery: steps(1000) });
    const { run, measured } = watched(experiment, 2);
    for (let i = 0; i < 5; i++) await run.stepOnce();
    expect(measured()).toHaveLength(2);
    const before = { ...held(), bytes: run.details().heldBytes };
    for (let i = 0; i < 20; i++) await run.stepOnce();
    expect(measured()).toHaveLength(12);
    expect({ ...held(), bytes: run.details().heldBytes }).toEqual(before);
    await run.dispose();
  });

  test('leaves nothing behind, however it ends', async () => {
    const once = async (count: number) => {
      const { run } = watched(smallExperiment({ length: steps(count) }), 1);
      if (count < 100) await run.resume();
      else void run.resume();
      await run.dispose();
    };
    const before = held();
    await once(12);
    expect(held()).toEqual(before);
    await once(1000);
    expect(held()).toEqual(before);
  });

  test('goes back to sound numbers where training breaks down, and measures again', async () => {
    const wild = { learningRate: 100, optimiser: { kind: 'sgd' }, length: steps(100) };
    const { run, measured, events } = watched(smallExperiment(wild), 1);
    await run.resume();
    expect(events.at(-1)).toMatchObject({ type: 'status', status: 'paused', step: 0 });
    const rewound = events.findIndex(({ type }) => type === 'rewound');
    expect(events.slice(rewound).some(({ type }) => type === 'layer-gramians')).toBe(false);
    const known = measured().length;
    run.adjust({ training: smallExperiment({ ...wild, learningRate: 0.01 }).training });
    await run.stepOnce();
    expect(measured()).toHaveLength(known + 1);
    expect(Array.from(measured().at(-1)?.gramians ?? [NaN]).every(Number.isFinite)).toBe(true);
    await run.dispose();
  });

  // The last one: it takes the device away.
  test('fails once, with the reason, where the device is lost on the way', async () => {
    const { run, events } = watched(smallExperiment({ length: steps(1000) }), 1);
    for (let i = 0; i < 3; i++) await run.stepOnce();
    const training = run.resume();
    webgpuBackend()?.device.destroy();
    await training;
    expect(run.status).toBe('failed');
    expect(events.filter(({ type }) => type === 'failed')).toMatchObject([{ cause: 'device' }]);
    await run.dispose();
  });
});

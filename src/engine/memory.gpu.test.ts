/** The memory forecast against what a run holds. */
import { expect, test } from 'vitest';
import { consecutiveSplit } from '#data/split.ts';
import { forecastMemory } from '#experiment/memory.ts';
import { planNetwork } from '#experiment/plan.ts';
import { withPreset, type PresetId } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { strategyOf } from '#strategies/index.ts';
import { intercept } from './capture/intercept.ts';
import { closeDevice, openDevice } from './device.ts';
import { Run } from './run.ts';
import { smallDataset, smallExperiment } from './testing.ts';
import type { RunEvent } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const small = smallDataset();
const images = 4 * 40;
const counts = { train: images - 16, validation: 8, test: 8 };
/** The same labels four times, on images of 32×32 in colour. */
const dataset = {
  ...small,
  info: { ...small.info, image: { height: 32, width: 32, channels: 3 as const }, counts },
  images: Uint8Array.from({ length: images * 32 * 32 * 3 }, (_, i) => (i * 2_654_435_761) >>> 24),
  columns: small.columns.map(({ info, values }) => ({
    info,
    values: Float32Array.from({ length: 4 * values.length }, (_, i) => values[i % values.length] ?? NaN),
  })),
  split: consecutiveSplit(counts),
};

/** The most bytes of buffers that there were at once since the call. */
function watchMemory(device: GPUDevice): () => number {
  let bytes = 0;
  let peak = 0;
  const restore = intercept(device, 'createBuffer', (create) => (descriptor) => {
    const buffer = create(descriptor);
    bytes += buffer.size;
    peak = Math.max(peak, bytes);
    intercept(buffer, 'destroy', (destroy) => () => {
      bytes -= buffer.size;
      return destroy();
    });
    return buffer;
  });
  return () => {
    restore();
    return peak;
  };
}

const steps = { unit: 'steps', count: 3 } as const;
const mixed = [
  { kind: 'conv2d', filters: 8, kernel: 3, activation: 'gelu', padding: 'same' },
  { kind: 'group-norm', groups: 2 },
  { kind: 'avg-pool' },
  { kind: 'dropout' },
  { kind: 'dense', units: 32 },
];

/** Its parameters take more than its activations. */
const wide = [
  { kind: 'dense', units: 384 },
  { kind: 'dense', units: 256 },
];

function experiment(name: PresetId | 'mixed' | 'wide'): Experiment {
  const training = { batchSize: name === 'resnet-9' ? 64 : 128, length: steps, validateEvery: steps };
  if (name === 'wide') return smallExperiment({ ...training, batchSize: 16 }, { trunk: wide });
  if (name === 'mixed') return smallExperiment(training, { trunk: mixed });
  return withPreset(smallExperiment(training), name);
}

type Strategy = Experiment['strategy'];
const by = (kind: string, gradients: Strategy['gradients'] = 'representation') => ({
  kind,
  settings: {},
  gradients,
});

interface Case {
  readonly name: Parameters<typeof experiment>[0];
  readonly strategy: Strategy;
  /** Whether the gradients of the tasks are measured beside training. */
  readonly watched?: true;
}

const cases: readonly Case[] = [
  { name: 'lenet', strategy: by('equal') },
  { name: 'mobile-net', strategy: by('equal') },
  { name: 'resnet-9', strategy: by('equal') },
  { name: 'mixed', strategy: by('equal') },
  { name: 'lenet', strategy: by('pcgrad') },
  { name: 'lenet', strategy: by('pcgrad', 'parameters') },
  { name: 'lenet', strategy: by('modo') },
  { name: 'wide', strategy: by('pcgrad', 'parameters') },
  { name: 'wide', strategy: by('graddrop', 'parameters') },
  { name: 'wide', strategy: by('moco') },
  { name: 'wide', strategy: by('equal'), watched: true },
];

test.each(cases)(
  'is within a tenth of the most that a run of $name ever holds, by $strategy.kind ($strategy.gradients)',
  async ({ name, strategy, watched = false }) => {
    closeDevice();
    await openDevice('webgpu');
    const device = webgpuBackend()?.device;
    if (!device) throw new Error('no WebGPU');
    const { training, ...rest } = experiment(name);
    // Measuring begins when its kernels are compiled, which takes some steps.
    const length = watched ? { unit: 'steps' as const, count: 40 } : training.length;
    const one = { ...rest, strategy, training: { ...training, length } };
    const needs = stepNeeds(strategyOf(strategy.kind), strategy.gradients);
    const forecast = forecastMemory(
      planNetwork(one, dataset.info),
      one.training,
      dataset.info,
      needs,
      watched,
    );
    const peak = watchMemory(device);
    let measured = 0;
    const onEvent = ({ type }: RunEvent) => (measured += type === 'layer-gramians' ? 1 : 0);
    const run = new Run({ experiment: one, dataset, watchEvery: watched ? 1 : null, onEvent });
    await run.resume();
    expect(run.status).toBe('finished');
    const { mode, heldBytes } = run.details();
    expect(mode).toBe('replayed');
    expect(measured > 0).toBe(watched);
    const most = peak();
    expect(most / forecast.total).toBeGreaterThan(0.9);
    expect(most / forecast.total).toBeLessThan(1.1);
    // What engine details say is what there is in the end, when nothing is on its way to the host any more.
    expect(heldBytes).toBeLessThanOrEqual(most);
    expect(heldBytes).toBeGreaterThan(0.8 * (most - forecast.checkpoint));
    await run.dispose();
  },
);

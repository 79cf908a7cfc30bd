/** What the engine's tests share. Not for the app. */
import type { WholeDataset } from '#data/dataset.ts';
import { consecutiveSplit } from '#data/split.ts';
import type { SplitCounts } from '#experiment/dataset-info.ts';
import { describeLayer, layerSchema } from '#experiment/layers/index.ts';
import type { LayerPlan } from '#experiment/plan.ts';
import { parseExperiment } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import { Random } from '#lib/random.ts';
import type { Shape } from '#lib/shape.ts';
import type { NamedTensor, RunEvent } from './types.ts';

/** The largest difference, relative to the largest expected size. Infinite where lengths differ or one is not a number. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  let size = 1e-6;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (Number.isNaN(error)) return Infinity;
    worst = Math.max(worst, error);
    size = Math.max(size, Math.abs(expected[i] ?? 0));
  }
  return worst / size;
}

/** A layer on its own, at `path` of a document. */
export function planOf(settings: unknown, input: Shape, path = 'trunk.0'): LayerPlan {
  const layer = layerSchema.parse(settings);
  const described = describeLayer(layer);
  return {
    path,
    layer,
    label: described.label,
    input,
    output: described.outputShape(input),
    parameters: described.parameters(input).map((each) => ({ ...each, name: `${path}.${each.name}` })),
    parameterCount: 0,
    flops: 0,
    kept: 0,
  };
}

/** The tensor of a name. Throws where there is none. */
export function named(tensors: readonly NamedTensor[], name: string): NamedTensor {
  const tensor = tensors.find((each) => each.name === name);
  if (!tensor) throw new Error(`no tensor "${name}"`);
  return tensor;
}

/** All metrics rows among some events, in order. */
export function rowsOf(events: readonly RunEvent[], width: number): number[][] {
  return events.flatMap((event) => {
    if (event.type !== 'metrics') return [];
    return Array.from({ length: event.rows.length / width }, (_, i) =>
      Array.from(event.rows.subarray(i * width, (i + 1) * width)),
    );
  });
}

const usualCounts = { train: 24, validation: 8, test: 8 };
const columns = [
  { id: 'corner', name: 'Corner', kind: 'class', classes: ['left', 'right'] },
  { id: 'light', name: 'Light', kind: 'number', names: ['left', 'right'] },
] as const;

/** 40 grey 8×8 images, or so many, whose halves differ in brightness: which one is brighter, and how bright both are. Some unlabelled. */
export function smallDataset(counts: SplitCounts = usualCounts): WholeDataset {
  const random = new Random(1);
  const total = counts.train + counts.validation + counts.test;
  const light = Float32Array.from({ length: 2 * total }, () => random.uniform(0.1, 0.9));
  const images = Uint8Array.from({ length: total * 64 }, (_, i) => {
    const half = i % 8 < 4 ? 0 : 1;
    return 255 * Math.min(1, (light[2 * Math.floor(i / 64) + half] ?? 0) + random.uniform(0, 0.1));
  });
  const corner = Float32Array.from({ length: total }, (_, i) =>
    i % 7 === 3 ? NaN : (light[2 * i] ?? 0) < (light[2 * i + 1] ?? 0) ? 1 : 0,
  );
  return {
    info: {
      id: 'small',
      name: 'Small',
      description: '',
      licence: '',
      source: '',
      image: { height: 8, width: 8, channels: 1 },
      columns,
      counts,
    },
    images,
    columns: [
      { info: columns[0], values: corner },
      { info: columns[1], values: light.map((value, i) => (i % 11 === 5 ? NaN : value)) },
    ],
    split: consecutiveSplit(counts),
  };
}

/** An experiment on {@link smallDataset} with every source of randomness in use: 6 steps of 8 images, validated every 3. */
export function smallExperiment(training: object = {}, more: object = {}): Experiment {
  return parseExperiment({
    version: 1,
    data: { source: 'small' },
    augmentation: { shift: 1, brightness: 0.1 },
    tasks: [
      { kind: 'classification', id: 'corner', name: 'Corner', column: 'corner' },
      { kind: 'regression', id: 'light', name: 'Light', column: 'light' },
    ],
    trunk: [
      { kind: 'conv-bn-act', filters: 3, kernel: 3 },
      { kind: 'max-pool' },
      { kind: 'dropout', rate: 0.2 },
    ],
    heads: { corner: [{ kind: 'dense', units: 4 }], light: [] },
    training: {
      optimiser: { kind: 'adam' },
      learningRate: 0.01,
      batchSize: 8,
      length: { unit: 'steps', count: 6 },
      validateEvery: { unit: 'steps', count: 3 },
      ...training,
    },
    ...more,
  });
}

/**
 * What every contender trains: the same network from the same weights on the same batch. Pure arithmetic on the host, so
 * that each contender's process makes it for itself and comes to the same numbers.
 */
import type { LabelColumn, WholeDataset } from '#data/dataset.ts';
import { channelStatistics, consecutiveSplit } from '#data/split.ts';
import type { ColumnInfo, DatasetInfo } from '#experiment/dataset-info.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { planNetwork, type NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { hash, hashText, Random } from '#lib/random.ts';
import { sizeOf } from '#lib/shape.ts';
import { networks, type BenchNetwork, type NetworkId } from './networks.ts';

/** A parameter or running statistic in PyTorch's name, shape and layout. */
export interface StartingValue {
  readonly spec: ParameterSpec;
  readonly values: Float32Array;
}

export interface Problem {
  readonly id: NetworkId;
  readonly batchSize: number;
  readonly plan: NetworkPlan;
  readonly experiment: Experiment;
  /** Exactly one batch of training images. */
  readonly dataset: WholeDataset;
  /** The batch as the network sees it, normalised: [batch, height, width, channels]. */
  readonly images: Float32Array;
  /** Class of every image, one array per task. */
  readonly labels: readonly Int32Array[];
  readonly start: readonly StartingValue[];
  readonly learningRate: number;
}

const classCount = 10;
const seed = 20;

/** A run's length that no bench comes to. */
const endless = { unit: 'steps', count: 10_000_000 } as const;

const usualTasks = 2;
const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** The problem of a network. */
export function problemOf(id: NetworkId, tasks = usualTasks): Problem {
  const network: BenchNetwork = networks[id];
  const dataset = makeDataset(network, tasks);
  const experiment = makeExperiment(network, dataset.info);
  const plan = planNetwork(experiment, dataset.info);
  return {
    id,
    batchSize: network.batchSize,
    plan,
    experiment,
    dataset,
    images: normalised(dataset),
    labels: dataset.columns.map(({ values }) => Int32Array.from(values)),
    start: plan.parameters.map((spec) => ({ spec, values: draw(spec) })),
    learningRate: experiment.training.learningRate,
  };
}

/**
 * Floating-point operations of one training step, as every contender is charged with them: the forward pass of the plan
 * (a multiply-add counts two), times the batch, times three, since a layer's two gradients each cost about what its
 * forward pass does.
 */
export function stepFlops({ plan, batchSize }: Pick<Problem, 'plan' | 'batchSize'>): number {
  return 3 * plan.flops * batchSize;
}

function makeExperiment({ trunk, head, batchSize, name }: BenchNetwork, info: DatasetInfo): Experiment {
  const experiment = experimentFor(info, { source: 'bench', settings: {} });
  const parse = (stack: BenchNetwork['trunk']) => stack.map((layer) => layerSchema.parse(layer));
  return {
    ...experiment,
    name,
    trunk: parse(trunk),
    heads: Object.fromEntries(experiment.tasks.map(({ id }) => [id, parse(head)])),
    training: { ...experiment.training, batchSize, length: endless, validateEvery: endless },
  };
}

/** One batch of noisy waves: each of an image's labels is the direction and length of one of its waves. */
function makeDataset({ image, batchSize }: BenchNetwork, tasks: number): WholeDataset {
  const classes = Array.from({ length: classCount }, (_, i) => String(i));
  const column = (id: string): ColumnInfo => ({ id, name: id, kind: 'class', classes });
  const random = new Random(seed);
  const label = (id: string): LabelColumn => ({
    info: column(id),
    values: Float32Array.from({ length: batchSize }, () => Math.floor(random.uniform(0, classCount))),
  });
  const columns = Array.from({ length: tasks }, (_, task) => label(ordinals[task] ?? `${task + 1}th`));
  const amplitude = 45 * Math.sqrt(usualTasks / tasks);
  const counts = { train: batchSize, validation: 0, test: 0 };
  const { height, width, channels } = image;
  const images = Uint8Array.from({ length: batchSize * height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const sample = Math.floor(pixel / (height * width));
    const waves = columns.map(({ values }, task) =>
      wave(values[sample] ?? 0, task, (pixel % width) / width, (Math.floor(pixel / width) % height) / height),
    );
    return 128 + amplitude * waves.reduce((sum, each) => sum + each, 0) + random.uniform(-30, 30);
  });
  return {
    info: {
      id: 'bench',
      name: 'One batch of waves',
      description: '',
      licence: '',
      source: '',
      image,
      columns: columns.map(({ info }) => info),
      counts,
    },
    images,
    columns,
    split: consecutiveSplit(counts),
  };
}

function wave(label: number, task: number, x: number, y: number): number {
  const angle = ((label % 5) * Math.PI) / 5 + task;
  const frequency = label < 5 ? 2 : 5;
  return Math.sin(2 * Math.PI * frequency * (x * Math.cos(angle) + y * Math.sin(angle)));
}

function normalised(dataset: WholeDataset): Float32Array {
  const { mean, std } = channelStatistics(dataset);
  return Float32Array.from(dataset.images, (value, i) => {
    const channel = i % mean.length;
    return (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
}

function draw({ name, shape, initialiser }: ParameterSpec): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initialiser.kind === 'constant') return values.fill(initialiser.value);
  const random = new Random(hash(seed, hashText(name)));
  return values.map(() => random.uniform(-initialiser.bound, initialiser.bound));
}

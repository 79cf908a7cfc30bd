/**
 * `npm run bench`: the training step with kernels of our own against the same step with tfjs's, in one process on one
 * device, by turns. scripts/bench.mjs starts it. Prints one line of JSON per network.
 */
import { shapes } from '#data/builtin/shapes.ts';
import type { Dataset } from '#data/dataset.ts';
import { openDevice } from '#engine/device.ts';
import { Run } from '#engine/run.ts';
import * as tf from '#engine/tf.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { withPreset, type PresetId } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { offerWebgpu } from './adapter.ts';

interface Case {
  readonly preset: PresetId;
  readonly batchSize: number;
  /** Steps timed with our kernels; tfjs's are timed for one. */
  readonly steps: number;
}

const cases: readonly Case[] = [
  { preset: 'lenet', batchSize: 64, steps: 8 },
  { preset: 'vgg-small', batchSize: 16, steps: 4 },
  { preset: 'mobile-net', batchSize: 16, steps: 4 },
];

type Kernels = readonly tf.KernelConfig[];

const registered = (): Kernels => tf.getKernelsForBackend('webgpu');

/** Makes these the kernels that tfjs runs on WebGPU. */
function install(kernels: Kernels): void {
  for (const kernel of kernels) {
    tf.unregisterKernel(kernel.kernelName, 'webgpu');
    tf.registerKernel(kernel);
  }
}

function experimentOf({ preset, batchSize }: Case, dataset: Dataset): Experiment {
  const experiment = withPreset(experimentFor(dataset.info, { source: 'shapes', settings: {} }), preset);
  const span = { unit: 'steps', count: 1000 } as const;
  return {
    ...experiment,
    training: { ...experiment.training, batchSize, length: span, validateEvery: span },
  };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Milliseconds of each step, its row read back; the first one, which compiles, is left out. */
async function timeSteps(run: Run, steps: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const start = performance.now();
    await run.stepOnce();
    times.push(performance.now() - start);
  }
  return times.slice(1);
}

async function measure(each: Case, dataset: Dataset, own: Kernels, stock: Kernels) {
  const time = async (kernels: Kernels, steps: number): Promise<number[]> => {
    install(kernels);
    const run = new Run({ experiment: experimentOf(each, dataset), dataset, onEvent: () => {} });
    const times = await timeSteps(run, steps);
    await run.dispose();
    return times;
  };
  // Before and after, so that a machine that slows down meanwhile does not look like a gain.
  const before = await time(own, each.steps);
  const tfjs = await time(stock, 1);
  const after = await time(own, each.steps);
  const [ours, theirs] = [median([...before, ...after]), median(tfjs)];
  return { network: each.preset, batchSize: each.batchSize, ours, tfjs: theirs, ratio: theirs / ours };
}

tf.enableProdMode();
const stock = registered();
const hasWebgpu = await offerWebgpu((line) => console.error(line));
if (!hasWebgpu) throw new Error('The bench compares kernels on WebGPU, and there is none here.');
const device = await openDevice();
const own = registered();
const counts = { trainCount: 300, validationCount: 100, testCount: 100 };
const nothing = () => Promise.reject(new Error('Shapes needs no file'));
const dataset = await shapes.build(counts, 0, nothing);
console.log(JSON.stringify({ adapter: device.adapter, software: device.isSoftware }));
for (const each of cases) console.log(JSON.stringify(await measure(each, dataset, own, stock)));
process.exit(0); // Dawn's own threads would keep the process alive

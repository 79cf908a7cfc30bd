/** `npm run train -- [FILE] --out DIR` and `--resume DIR`: the page's engine without the page. scripts/train.mjs starts it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ByteSource } from '#data/byte-source.ts';
import type { Dataset } from '#data/dataset.ts';
import { ImportError } from '#data/importers/importer.ts';
import { builtinFor } from '#data/resolve.ts';
import { openDevice } from '#engine/device.ts';
import { enableProdMode } from '#engine/tf.ts';
import { Tuner } from '#engine/tuning/tuner.ts';
import type { DeviceInfo } from '#engine/types.ts';
import { webgpuBackend } from '#engine/webgpu/dispatch.ts';
import { ExperimentError } from '#experiment/problem.ts';
import { FileError } from '#exporters/file-error.ts';
import { formatCount, formatDuration } from '#lib/format.ts';
import { offerWebgpu } from './adapter.ts';
import { findRate } from './find-rate.ts';
import { readEnsemble } from './ensemble-members.ts';
import { combineRuns } from './ensemble.ts';
import { readInput, startOf, type Input } from './input.ts';
import { help } from './help.ts';
import { look } from './look.ts';
import { importOwnData } from './own-data.ts';
import { Progress } from './progress.ts';
import type { Trainer } from './members-training.ts';
import { openRepetition } from './repetition.ts';
import { Results } from './results.ts';
import { readResumption } from './resumption.ts';
import { TrainingError, trainAndWrite } from './session.ts';
import { openFolderStudy } from './studies.ts';
import { FileTuningStore } from './tuning-store.ts';
import { readOptions, UsageError, type Options } from './usage.ts';

/** What shells report for a program that Ctrl+C ended. */
const interrupted = 130;

/** Reads the shipped files from the project's folder `public/`. */
const fromDisk: ByteSource = async (file) => {
  const folder = path.join(process.env['TRUNKLINE_ROOT'] ?? process.cwd(), 'public');
  const bytes = await readFile(path.join(folder, file));
  return new Uint8Array(bytes).buffer;
};

async function openBest({ backend }: Options, progress: Progress): Promise<DeviceInfo> {
  enableProdMode(); // or tfjs recommends its Node package, which cannot do WebGPU
  const hasWebgpu = backend === 'webgpu' && (await offerWebgpu((line) => progress.say(line)));
  const device = await openDevice(hasWebgpu ? 'webgpu' : 'cpu');
  if (device.fallbackReason) progress.say(`WebGPU does not start here (${device.fallbackReason}).`);
  return device;
}

/** What finds faster variants of the kernels, with what it found before; only WebGPU has any. */
async function openTuner({ tune }: Options): Promise<Tuner | undefined> {
  const backend = tune ? webgpuBackend() : undefined;
  return backend && Tuner.open(backend, { store: new FileTuningStore() });
}

async function buildDataset(
  { experiment, info }: Input,
  { own }: Options,
  progress: Progress,
  stop: AbortSignal,
): Promise<Dataset> {
  if (own) return own.dataset(experiment);
  const { data, seed } = experiment;
  const onProgress = (done: number, total: number) => progress.share(`Composing ${info.name}`, done, total);
  return builtinFor(data).build(data.settings, seed, fromDisk, onProgress, stop);
}

/** Aborted by the first Ctrl+C; one that comes a second later or more ends the program at once. */
let stopping: AbortSignal | undefined;

function stopSignal(): AbortSignal {
  if (stopping) return stopping;
  const controller = new AbortController();
  let since = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A terminal sends it to all our processes, and the launcher passes it on: the first ones come together.
      if (controller.signal.aborted && performance.now() - since > 1000) process.exit(interrupted);
      if (!controller.signal.aborted) since = performance.now();
      controller.abort(new UsageError('Stopped before there were results.'));
    });
  }
  stopping = controller.signal;
  return stopping;
}

/** Builds data sets, and keeps the last one: the members of a study mostly have the same. */
function datasetsFor(
  options: Options,
  progress: Progress,
): (input: Input, stop: AbortSignal) => Promise<Dataset> {
  let last: { readonly key: string; readonly dataset: Dataset } | undefined;
  return async (input, stop) => {
    const { data, seed } = input.experiment;
    const key = JSON.stringify([data, seed]);
    if (last?.key !== key) last = { key, dataset: await buildDataset(input, options, progress, stop) };
    return last.dataset;
  };
}

/** Makes ready what runs have in common. Returns what trains one of them. */
async function prepare(options: Options, progress: Progress): Promise<Trainer> {
  const device = await openBest(options, progress);
  const tuner = await openTuner(options);
  const datasetOf = datasetsFor(options, progress);
  const { predict } = options;
  return async (input, results, { stop, stopAfter, onValidation }) => {
    const dataset = await datasetOf(input, stop);
    const { name } = input.experiment;
    const again = input.from ? `, on from step ${formatCount(startOf(input))}` : '';
    progress.say(`Training “${name}” on ${device.adapter} (${device.backend})${again}.`);
    const job = { input, dataset, device, tuner, results, progress, predict, stopAfter, stop, onValidation };
    const ending = await trainAndWrite(job);
    const { steps, seconds, imagesPerSecond } = ending.summary;
    progress.say(
      `${ending.isFinished ? 'Done' : 'Stopped'} after ${formatCount(steps)} steps and ${formatDuration(seconds)} of training, ${formatCount(imagesPerSecond)} images/s. Results: ${results.folder}`,
    );
    return ending;
  };
}

/** Trains one run, or goes on with one. */
async function trainOne(options: Options, progress: Progress): Promise<number> {
  const { resume, repeat, out, stopAfter } = options;
  const input = await (resume === undefined ? readInput(options) : readResumption(resume, options));
  if (repeat !== undefined) {
    const seeds = await openRepetition(out, input, repeat);
    const stop = stopSignal();
    await seeds.train(await prepare(options, progress), progress, stop);
    return stop.aborted ? interrupted : 0;
  }
  const results = new Results(out, input);
  const stop = stopSignal();
  const train = await prepare(options, progress);
  await train(input, results, { stop, ...(stopAfter === undefined ? {} : { stopAfter }) });
  return stop.aborted ? interrupted : 0;
}

/** Trains the members of a study. */
async function trainStudy(
  command: 'sweep' | 'twin' | 'race',
  options: Options,
  progress: Progress,
): Promise<number> {
  const study = await openFolderStudy(command, options);
  const stop = stopSignal();
  const failed = await study.train(await prepare(options, progress), progress, stop);
  if (stop.aborted) return interrupted;
  return failed ? 1 : 0;
}

/** Combines finished runs. */
async function combine(options: Options, progress: Progress): Promise<number> {
  const read = await readEnsemble(options);
  const stop = stopSignal();
  const device = await openBest(options, progress);
  const dataset = await buildDataset(read.input, options, progress, stop);
  await combineRuns({ ...read, options, device, dataset, progress, stop });
  return 0;
}

/** Tests learning rates. */
async function testRates(options: Options, progress: Progress): Promise<number> {
  const input = await readInput(options);
  const stop = stopSignal();
  const device = await openBest(options, progress);
  const tuner = await openTuner(options);
  try {
    const dataset = await buildDataset(input, options, progress, stop);
    await findRate({ options, input, dataset, device, tuner, progress, stop });
    return 0;
  } catch (error) {
    if (!stop.aborted) throw error;
    progress.say('Stopped: nothing is written.');
    return interrupted;
  }
}

/** Does what was asked for, once own data are there. Returns the exit code. */
function run(options: Options, progress: Progress): Promise<number> {
  switch (options.command) {
    case 'train':
      return trainOne(options, progress);
    case 'sweep':
    case 'twin':
    case 'race':
      return trainStudy(options.command, options, progress);
    case 'ensemble':
      return combine(options, progress);
    case 'find-rate':
      return testRates(options, progress);
    case 'look':
      return look(options, progress, stopSignal());
  }
}

/** Imports own data, if any, and does what was asked for. Returns the exit code. Throws what the reader is told. */
async function main(args: readonly string[]): Promise<number> {
  const said = readOptions(args);
  if (said === 'help') {
    console.log(help);
    return 0;
  }
  const progress = new Progress(said.quiet);
  const { data } = said;
  if (said.command === 'look' || !data) return run(said, progress);
  return run({ ...said, own: await importOwnData(data, progress, stopSignal()) }, progress);
}

/** An error as the reader sees it: a sentence where it was meant for one, else all there is. */
function tell(error: unknown): string {
  const isMeant = [UsageError, FileError, ExperimentError, TrainingError, ImportError].some(
    (kind) => error instanceof kind,
  );
  if (!(error instanceof Error)) return String(error);
  return isMeant || error.constructor === Error ? error.message : (error.stack ?? error.message);
}

try {
  process.exit(await main(process.argv.slice(2))); // Dawn's own threads would keep the process alive
} catch (error) {
  console.error(tell(error));
  process.exit(1);
}

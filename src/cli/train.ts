/** `npm run train -- [FILE] --out DIR`: the page's engine without the page. scripts/train.mjs starts it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ByteSource } from '#data/byte-source.ts';
import type { Dataset } from '#data/dataset.ts';
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
import { readInput, type Input } from './input.ts';
import { Progress } from './progress.ts';
import { Results } from './results.ts';
import { trainAndWrite } from './session.ts';
import { FileTuningStore } from './tuning-store.ts';
import { help, readOptions, UsageError, type Options } from './usage.ts';

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

function buildDataset({ experiment, info }: Input, progress: Progress, stop: AbortSignal): Promise<Dataset> {
  const { data, seed } = experiment;
  const onProgress = (done: number, total: number) => progress.share(`Composing ${info.name}`, done, total);
  return builtinFor(data).build(data.settings, seed, fromDisk, onProgress, stop);
}

/** Aborted by the first Ctrl+C; one that comes a second later or more ends the program at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let since = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A terminal sends it to all our processes, and the launcher passes it on: the first ones come together.
      if (controller.signal.aborted && performance.now() - since > 1000) process.exit(interrupted);
      if (!controller.signal.aborted) since = performance.now();
      controller.abort(new UsageError('Stopped before training began.'));
    });
  }
  return controller.signal;
}

/** Returns the exit code. Throws what the reader is told. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(help);
    return 0;
  }
  const input = await readInput(options);
  const results = new Results(options.out, input.experiment);
  const progress = new Progress(options.quiet);
  const stop = stopSignal();
  const device = await openBest(options, progress);
  const dataset = await buildDataset(input, progress, stop);
  progress.say(`Training “${input.experiment.name}” on ${device.adapter} (${device.backend}).`);
  const { predict } = options;
  const tuner = await openTuner(options);
  const summary = await trainAndWrite({ input, dataset, device, tuner, results, progress, predict, stop });
  const { steps, seconds, imagesPerSecond } = summary;
  const verb = stop.aborted ? 'Stopped' : 'Done';
  progress.say(
    `${verb} after ${formatCount(steps)} steps and ${formatDuration(seconds)} of training, ${formatCount(imagesPerSecond)} images/s. Results: ${results.folder}`,
  );
  return stop.aborted ? interrupted : 0;
}

/** An error as the reader sees it: a sentence where it was meant for one, else all there is. */
function tell(error: unknown): string {
  const isMeant =
    error instanceof UsageError || error instanceof FileError || error instanceof ExperimentError;
  if (!(error instanceof Error)) return String(error);
  return isMeant || error.constructor === Error ? error.message : (error.stack ?? error.message);
}

try {
  process.exit(await main(process.argv.slice(2))); // Dawn's own threads would keep the process alive
} catch (error) {
  console.error(tell(error));
  process.exit(1);
}

/**
 * `npm run bench -- streamed [NETWORK…]`: what a training step takes whose images stream from files, against the same step on
 * images that lie on the GPU. Both runs live in one process and take turns, so that their ratio can be trusted.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { offerWebgpu } from '#cli/adapter.ts';
import type { WholeDataset } from '#data/dataset.ts';
import type { ImageReader } from '#data/image-reader.ts';
import { consecutiveSplit } from '#data/split.ts';
import { openDevice } from '#engine/device.ts';
import { disposeResident, openDataset, residentDataset, type ResidentDataset } from '#engine/resident.ts';
import { Run } from '#engine/run.ts';
import type { DeviceInfo } from '#engine/types.ts';
import { Random } from '#lib/random.ts';
import { median } from './arithmetic.ts';
import { isNetworkId, type NetworkId } from './networks.ts';
import { problemOf } from './problem.ts';

/** Images of the set; the window takes a quarter of them, and a file an eighth. */
const count = 16_384;
const rounds = 5;
/** What a round of one contender takes, about, in milliseconds. */
const roundTime = 1500;
/** The share of time that streaming may cost. */
const goal = 1.1;

/** Noise, labelled by chance: a step takes as long on it as on anything. */
function makeSet(id: NetworkId): WholeDataset {
  const { dataset } = problemOf(id);
  const { height, width, channels } = dataset.info.image;
  const random = new Random(1);
  const words = Uint32Array.from({ length: (count * height * width * channels) / 4 }, () => random.bits());
  const counts = { train: count, validation: 0, test: 0 };
  return {
    info: { ...dataset.info, counts },
    images: new Uint8Array(words.buffer),
    columns: dataset.columns.map(({ info }) => ({
      info,
      values: Float32Array.from({ length: count }, () => random.integer(10)),
    })),
    split: consecutiveSplit(counts),
  };
}

/** Images in files of equal size. */
class Files implements ImageReader {
  readonly count = count;
  readonly shape: ImageReader['shape'];
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'trunkline-streamed-'));
  readonly #size: number;
  #handles: readonly FileHandle[] = [];

  constructor({ info }: WholeDataset) {
    this.shape = info.image;
    this.#size = info.image.height * info.image.width * info.image.channels;
  }

  async write(images: Uint8Array): Promise<void> {
    const length = images.length / 8;
    const names = Array.from({ length: 8 }, (_, i) => path.join(this.#folder, `${i}.bin`));
    for (const [i, name] of names.entries())
      writeFileSync(name, images.subarray(i * length, (i + 1) * length));
    this.#handles = await Promise.all(names.map((name) => open(name)));
  }

  async range(start: number, end: number): Promise<Uint8Array> {
    const perFile = count / 8;
    const out = new Uint8Array((end - start) * this.#size);
    for (let at = start; at < end;) {
      const stop = Math.min(end, (Math.floor(at / perFile) + 1) * perFile);
      const position = (at % perFile) * this.#size;
      await this.#handles[Math.floor(at / perFile)]?.read(
        out,
        (at - start) * this.#size,
        (stop - at) * this.#size,
        position,
      );
      at = stop;
    }
    return out;
  }

  async read(ids: ArrayLike<number>): Promise<Uint8Array> {
    const images = await Promise.all(Array.from(ids, (id) => this.range(id, id + 1)));
    return new Uint8Array(Buffer.concat(images));
  }

  async close(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
    rmSync(this.#folder, { recursive: true });
  }
}

/** Milliseconds per step of so many steps. */
async function timed(run: Run, steps: number): Promise<number> {
  const start = performance.now();
  await run.resume(run.step + steps);
  return (performance.now() - start) / steps;
}

async function compare(id: NetworkId, { limits }: DeviceInfo): Promise<string> {
  const whole = makeSet(id);
  const files = new Files(whole);
  await files.write(whole.images);
  const { experiment } = problemOf(id);
  const start = (
    dataset: Pick<WholeDataset, 'info'> & Parameters<typeof openDataset>[0],
    resident: ResidentDataset,
  ) => {
    let failure: string | undefined;
    const run = new Run({
      experiment,
      dataset,
      resident,
      limits,
      onEvent: (event) => {
        if (event.type === 'failed' || event.type === 'interrupted') failure = event.message;
        if (event.type === 'rewound') failure = event.message;
      },
    });
    return {
      run,
      resident,
      async time(steps: number) {
        const milliseconds = await timed(run, steps);
        if (failure !== undefined) throw new Error(failure);
        return milliseconds;
      },
    };
  };
  const apart = { ...whole, images: files };
  const streamed = start(apart, await openDataset(apart, { bytes: whole.images.length / 4 }));
  const resident = start(whole, residentDataset(whole));
  await streamed.time(2);
  await resident.time(2);
  // Some at least: every round reads and writes, since each image is used once an epoch.
  const steps = Math.max(Math.ceil(roundTime / (await resident.time(2))), 4);
  const before = streamed.run.details().waitedForImages ?? 0;
  const times = { streamed: [] as number[], resident: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const turns = [['streamed', streamed] as const, ['resident', resident] as const];
    for (const [name, contender] of round % 2 === 0 ? turns : turns.toReversed())
      times[name].push(await contender.time(steps));
  }
  const waited = ((streamed.run.details().waitedForImages ?? 0) - before) / (rounds * steps);
  const ratio = median(times.streamed.map((time, round) => time / (times.resident[round] ?? time)));
  for (const { run, resident: data } of [streamed, resident]) {
    await run.dispose();
    disposeResident(data);
  }
  await files.close();
  const cells = [
    problemOf(id).experiment.name,
    `${rounds} × ${steps}`,
    `${median(times.resident).toFixed(2)} ms`,
    `${median(times.streamed).toFixed(2)} ms`,
    `${ratio.toFixed(3)}${ratio <= goal ? '' : ` (above ${goal})`}`,
    `${waited.toFixed(3)} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !isNetworkId(name));
if (unknown !== undefined) throw new Error(`There is no network "${unknown}".`);
const chosen = asked.filter(isNetworkId);
if (!(await offerWebgpu((line) => console.error(line)))) throw new Error('There is no WebGPU here.');
const device = await openDevice();
console.log(`On ${device.adapter}:\n`);
console.log(
  '| network | steps | resident | streamed | ratio, median of rounds | waited for data, per step |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const id of chosen.length > 0 ? chosen : (['lenet', 'vgg-small'] as const))
  console.log(await compare(id, device));
process.exit(0); // Dawn keeps the process alive

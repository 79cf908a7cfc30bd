/** Imports one damaged drop after another, as the page would up to decoding, and tells which did not end as they must. */
import { parentPort, workerData } from 'node:worker_threads';
import { readBlobHeader } from '#data/decoding/header.ts';
import { withArchives } from '#data/importers/archives.ts';
import { ImportError, type RawTable } from '#data/importers/importer.ts';
import { recognise } from '#data/importers/index.ts';
import { Listing } from '#data/importers/listing.ts';
import type { SourceFile } from '#data/importers/source-file.ts';
import { applyPlan } from '#data/understanding/apply.ts';
import { guessColumn } from '#data/understanding/guess.ts';
import { mutate, randomFrom } from './mutate.ts';
import type { Seed } from './seeds.mjs';

interface Work {
  readonly seeds: readonly Seed[];
  readonly seed: number;
  readonly from: number;
  readonly end: number;
  /** Where the number of the case under way is written, plus one. */
  readonly at: SharedArrayBuffer;
}

/** Samples of a table whose pictures are looked at. */
const looked = 6;
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };

/** What pictures may say: an Error in plain words, not one of the engine's. */
const isPlain = (error: unknown) =>
  error instanceof ImportError ||
  (error instanceof Error &&
    !/^(Type|Range|Reference|Syntax|Eval|URI|Aggregate)Error$/.test(error.constructor.name));

async function look({ samples, columns }: RawTable): Promise<void> {
  for (const column of columns) {
    if (column.cells.length !== samples.length)
      throw new TypeError(`${column.name} has not a cell for each sample`);
    const { plan } = guessColumn(column);
    if (plan.kind !== 'ignore') applyPlan(column, plan, 'column');
  }
  const step = Math.max(1, Math.floor(samples.length / looked));
  for (let i = 0; i < samples.length; i += step) {
    const image = samples[i]?.image;
    try {
      if (image?.kind === 'encoded') await readBlobHeader(await image.file.blob());
      else await image?.block.read(image.index, image.index + 1);
    } catch (error) {
      if (!isPlain(error)) throw error;
    }
  }
}

async function importAll(dropped: readonly SourceFile[]): Promise<'read' | 'refused'> {
  try {
    const { files } = await withArchives(dropped);
    const listing = new Listing('drop', files);
    let outcome: 'read' | 'refused' = 'refused';
    // All that recognise it: the reader may choose another than the surest.
    for (const importer of await recognise(listing)) {
      try {
        await look(await importer.read(listing, context));
        outcome = 'read';
      } catch (error) {
        if (!(error instanceof ImportError)) throw error;
      }
    }
    return outcome;
  } catch (error) {
    if (error instanceof ImportError) return 'refused';
    throw error;
  }
}

const work = workerData as Work;
const at = new Int32Array(work.at);
const counts = { read: 0, refused: 0 };
// What is never awaited must not fail either.
let stray: unknown;
process.on('unhandledRejection', (error) => {
  stray = error;
});
for (let index = work.from; index < work.end; index++) {
  Atomics.store(at, 0, index + 1);
  const { name, files } = work.seeds[index % work.seeds.length] as Seed;
  const random = randomFrom(Math.imul(work.seed, 0x9e3779b1) ^ index);
  const entries = Object.entries(files);
  const victim = random(8) === 0 ? random(entries.length) : 0;
  const dropped = entries.map(([path, bytes], i): SourceFile => {
    const blob = new Blob([i === victim ? mutate(bytes, random) : new Uint8Array(bytes)]);
    return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
  });
  stray = undefined;
  try {
    counts[await importAll(dropped)]++;
    if (stray !== undefined) throw stray;
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort?.postMessage({ kind: 'crash', index, name, message });
  }
}
parentPort?.postMessage({ kind: 'done', counts });

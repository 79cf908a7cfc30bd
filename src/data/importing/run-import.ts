/** The import itself: pictures decoded and written in order, then labels and parts of those that came through. */
import { columnWidth, splitNames, type ColumnInfo, type ImageShape } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { DecodedBatch, Decoder } from '../decoding/decoder.ts';
import { ImportError, type LeftOut, type RawSample } from '../importers/importer.ts';
import type { SetManifest } from '../sets/manifest.ts';
import { StorageFullError } from '../sets/storage-full.ts';
import { applyPlan, columnIds } from '../understanding/apply.ts';
import type { ImportChoices, ImportProgress, NewTask } from './import-view.ts';
import { partsOf } from './parts.ts';
import { Rate } from './rate.ts';
import type { SheetColumn } from './sheet-columns.ts';
import type { ImportDraft, ImportTarget, ImportWriter } from './target.ts';

export interface ImportJob {
  readonly choices: ImportChoices;
  readonly draft: ImportDraft;
  readonly samples: readonly RawSample[];
  /** The place in `draft.origins` of each sample. */
  readonly origins: Uint8Array;
  /** All columns, and those that become tasks. */
  readonly columns: readonly SheetColumn[];
  readonly tasks: readonly SheetColumn[];
  readonly decoder: Decoder;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

export interface Imported {
  readonly manifest: SetManifest;
  /** Pictures that could not be read, those that were there before, and those whose labels contradict each other. */
  readonly leftOut: readonly LeftOut[];
}

/** Label columns of all samples: of the tasks, then of those that are to be labelled by hand. */
function labelsOf(tasks: readonly SheetColumn[], added: readonly NewTask[], samples: number): LabelColumn[] {
  const ids = columnIds([...tasks.map(({ plan }) => plan.name), ...added.map(({ name }) => name)]);
  const planned = tasks.flatMap(({ raw, plan }, i) =>
    plan.kind === 'ignore' ? [] : [applyPlan(raw, plan, ids[i] ?? '').column],
  );
  const empty = added.map(({ name, classes }, i): LabelColumn => {
    const info: ColumnInfo = { id: ids[tasks.length + i] ?? '', name, kind: 'class', classes };
    return { info, values: new Float32Array(samples).fill(Number.NaN) };
  });
  return [...planned, ...empty];
}

/** Rows of some samples. */
function taken({ info, values }: LabelColumn, kept: Uint32Array): LabelColumn {
  const width = columnWidth(info);
  const rows = new Float32Array(kept.length * width);
  for (const [i, place] of kept.entries())
    rows.set(values.subarray(place * width, (place + 1) * width), i * width);
  return { info, values: rows };
}

/** Columns in which two samples are labelled, and otherwise. */
function contradictions(columns: readonly LabelColumn[], one: number, other: number): string[] {
  return columns.filter((column) => compare(column, one, other).differs).map(({ info }) => info.name);
}

function compare({ info, values }: LabelColumn, one: number, other: number) {
  const width = columnWidth(info);
  let [differs, adds] = [false, false];
  for (let i = 0; i < width; i++) {
    const [first, second] = [values[one * width + i] ?? Number.NaN, values[other * width + i] ?? Number.NaN];
    if (Number.isNaN(second)) continue;
    if (Number.isNaN(first)) adds = true;
    else if (first !== second) differs = true;
  }
  return { differs, adds };
}

/** Samples that were written so far, by what they hold. */
class Seen {
  readonly #first = new Map<string, number>();

  /** The first sample of the same content; this one where there was none. */
  meet(digest: string, place: number): number {
    const first = this.#first.get(digest);
    if (first === undefined) this.#first.set(digest, place);
    return first ?? place;
  }
}

/** A batch without pictures that were there before and say nothing new. */
function withoutTwins(
  batch: DecodedBatch,
  shape: ImageShape,
  seen: Seen,
  columns: readonly LabelColumn[],
  nameOf: (place: number) => string,
): DecodedBatch {
  const size = shape.height * shape.width * shape.channels;
  const broken = new Set(batch.failed.map(({ place }) => place));
  const failed = [...batch.failed];
  const digests: string[] = [];
  const pixels = new Uint8Array(batch.pixels.length);
  let from = 0;
  for (let place = batch.start; place < batch.end; place++) {
    if (broken.has(place)) continue;
    const digest = batch.digests[from] ?? '';
    const first = seen.meet(digest, place);
    const saysNothing =
      first !== place &&
      columns.every((column) => {
        const { differs, adds } = compare(column, first, place);
        return !differs && !adds;
      });
    if (saysNothing) failed.push({ place, reason: `is the same picture as “${nameOf(first)}”` });
    else {
      pixels.set(batch.pixels.subarray(from * size, (from + 1) * size), digests.length * size);
      digests.push(digest);
    }
    from++;
  }
  failed.sort((a, b) => a.place - b.place);
  return {
    start: batch.start,
    end: batch.end,
    pixels: pixels.slice(0, digests.length * size),
    digests,
    failed,
  };
}

/** Places of the samples that were written. */
function keptOf({ processed, skipped }: ImportWriter): Uint32Array {
  const gone = new Set(skipped.map(({ place }) => place));
  const kept = new Uint32Array(processed - gone.size);
  for (let place = 0, i = 0; place < processed; place++) if (!gone.has(place)) kept[i++] = place;
  return kept;
}

/** Pairs of the same picture that are labelled otherwise. */
function conflictsOf(
  kept: Uint32Array,
  digests: readonly string[],
  columns: readonly LabelColumn[],
  nameOf: (place: number) => string,
): LeftOut[] {
  const seen = new Seen();
  return Array.from(kept).flatMap((place, i): LeftOut[] => {
    const first = seen.meet(digests[i] ?? '', place);
    const names = first === place ? [] : contradictions(columns, first, place);
    if (names.length === 0) return [];
    const reason = `is the same picture as “${nameOf(first)}”, which is labelled otherwise (${names.join(', ')}): both were kept`;
    return [{ kind: 'file', name: nameOf(place), reason }];
  });
}

async function decodeAll(
  job: ImportJob,
  writer: ImportWriter,
  columns: readonly LabelColumn[],
): Promise<void> {
  const { choices, samples, decoder, onProgress, signal } = job;
  const nameOf = (place: number) => samples[place]?.name ?? '';
  const seen = new Seen();
  for (const [i, place] of keptOf(writer).entries()) seen.meet(writer.digests[i] ?? '', place);
  const rate = new Rate();
  const tell = (done: number) =>
    onProgress({ phase: 'decoding', done, total: samples.length, ...rate.take(done, samples.length) });
  tell(writer.processed);
  if (writer.processed >= samples.length) return;
  const sources = samples.map(({ image }) => image);
  await decoder.decode(sources, {
    plan: choices.image,
    from: writer.processed,
    signal,
    onBatch: async (batch) => {
      signal.throwIfAborted();
      const { shape } = choices.image;
      const onlyFirst = choices.duplicates === 'first';
      await writer.append(onlyFirst ? withoutTwins(batch, shape, seen, columns, nameOf) : batch);
      tell(batch.end);
    },
  });
}

async function write(job: ImportJob, writer: ImportWriter): Promise<Imported> {
  const { choices, samples, origins, columns, tasks, onProgress, signal } = job;
  const labels = labelsOf(tasks, choices.newTasks ?? [], samples.length);
  await decodeAll(job, writer, labels);
  signal.throwIfAborted();
  onProgress({ phase: 'writing', done: 0, total: 1, rate: 0, secondsLeft: null });
  const kept = keptOf(writer);
  if (kept.length === 0)
    throw new ImportError(
      choices.name,
      `none of its pictures can be read: the first one ${writer.skipped[0]?.reason ?? 'is not there'}.`,
    );
  const said = samples.map(({ split }) => split);
  const parts = partsOf(choices, said, columns, kept, writer.digests);
  if (!parts.includes(splitNames.indexOf('train')))
    throw new ImportError(
      choices.name,
      'no picture is left to train on. Deal the parts anew, or give training a share.',
    );
  const manifest = await writer.finish({
    names: Array.from(kept, (place) => samples[place]?.name ?? ''),
    labels: {
      columns: labels.map((column) => taken(column, kept)),
      parts,
      origins: Uint8Array.from(kept, (place) => origins[place] ?? 0),
    },
  });
  const nameOf = (place: number) => samples[place]?.name ?? '';
  const unread = writer.skipped.map(({ place, reason }): LeftOut => ({
    kind: 'file',
    name: nameOf(place),
    reason,
  }));
  return { manifest, leftOut: [...unread, ...conflictsOf(kept, writer.digests, labels, nameOf)] };
}

/**
 * Imports. Nothing of it stays where it fails or is stopped; where the disk is full, what was written stays, to go on once there
 * is room. Rejects with the signal's reason, with ImportError, or with StorageFullError.
 */
export async function runImport(job: ImportJob, target: ImportTarget): Promise<Imported> {
  job.signal.throwIfAborted();
  const writer = await target.begin(job.draft);
  try {
    return await write(job, writer);
  } catch (error) {
    await (error instanceof StorageFullError ? writer.release() : writer.abandon());
    throw error;
  }
}

/**
 * Capsules: all that is kept of a run in one zip, to be looked into, opened on another machine, and checked there.
 * capsule-reader.ts reads them; docs/files.md describes them for readers.
 */
import type { Checkpoint, LayerGramians } from '#engine/types.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { SeriesTable } from '#lib/series.ts';
import { capsuleReadme } from './capsule-readme.ts';
import { formatAbout, type CapsuleAbout } from './capsule-about.ts';
import { capsuleFiles, checkpointName } from './capsule-names.ts';
import { checkpointParts } from './checkpoint-file.ts';
import { csvParts } from './exact-csv.ts';
import { layersCsv } from './layers-csv.ts';
import { predictionsParts, type Predictions } from './predictions-file.ts';
import { weightsParts } from './weights.ts';
import { writeZip, type ZipEntry, type ZipFollowing } from './zip.ts';

/** All that is kept of a run. Large things are asked for when it is their turn. */
export interface CapsuleContent {
  readonly about: Omit<CapsuleAbout, 'files' | 'withoutPredictions'>;
  /** Rows of the steps, columns as `metricColumns` names them. */
  readonly series: SeriesTable;
  /** Columns as `gramianColumns` names them. */
  readonly gramians: SeriesTable;
  readonly layers: readonly LayerGramians[];
  readonly predictions: readonly Predictions[];
  /** Why there are no predictions, where there are none. */
  readonly withoutPredictions?: string;
  /** The checkpoint of a step that `about` lists. */
  checkpoint(step: number): Promise<Checkpoint>;
}

/** The weights that were the best by the mean, if any were. */
export function bestWeights({ best }: Checkpoint) {
  return best.find(({ losses }) => 'mean' in losses);
}

/** Outputs of each task's head, by its id. */
export function outputWidths({
  experiment,
  data,
}: Pick<CapsuleAbout, 'experiment' | 'data'>): Record<string, number> {
  return Object.fromEntries(
    experiment.tasks.map((task) => {
      const column = data.info.columns.find(({ id }) => id === task.column);
      return [task.id, column ? describeTask(task).outputs(column) : 0];
    }),
  );
}

type Parts = readonly Uint8Array<ArrayBuffer>[];

function weightsOf(
  { about }: CapsuleContent,
  checkpoint: Checkpoint,
  choice: 'last' | 'best',
): Parts | undefined {
  const { experiment, run, data } = about;
  const { tensors, step } = choice === 'last' ? checkpoint : (bestWeights(checkpoint) ?? { step: 0 });
  if (!tensors) return undefined;
  const weights = { step, tensors, normalisation: checkpoint.normalisation };
  return weightsParts({
    experiment,
    info: data.info,
    weights,
    choice,
    validations: run.validations,
    test: run.test,
  });
}

function partsOf(
  experiment: Experiment,
  checkpoint: Checkpoint,
  validations: CapsuleAbout['run']['validations'],
): Parts {
  return checkpointParts({ experiment, checkpoint, origin: 0, validations });
}

/** The files that hold weights, made one by one. */
async function* weightFiles(content: CapsuleContent): AsyncGenerator<Omit<ZipEntry, 'compress'>> {
  const { checkpoints, experiment, run } = content.about;
  for (const step of checkpoints.toReversed()) {
    const checkpoint = await content.checkpoint(step);
    if (step === checkpoints.at(-1)) {
      const last = weightsOf(content, checkpoint, 'last');
      if (last) yield { name: capsuleFiles.weights, parts: last };
      const best = weightsOf(content, checkpoint, 'best');
      if (best) yield { name: capsuleFiles.best, parts: best };
    }
    yield {
      name: checkpointName(step, checkpoints),
      parts: partsOf(experiment, checkpoint, run.validations),
    };
  }
}

/** All files; `capsule.json` comes last, when it is known what is there. */
async function* filesOf(content: CapsuleContent): AsyncGenerator<ZipEntry> {
  const { about, series, gramians, layers, predictions } = content;
  const { experiment, data } = about;
  const encoder = new TextEncoder();
  const text = (name: string, written: string): ZipEntry => ({
    name,
    parts: [encoder.encode(written)],
    compress: true,
  });
  const files: string[] = [];
  const listed = (entry: ZipEntry) => {
    files.push(entry.name);
    return entry;
  };
  yield listed({ name: capsuleFiles.curves, parts: await csvParts(series), compress: true });
  if (gramians.length > 0)
    yield listed({ name: capsuleFiles.gramians, parts: await csvParts(gramians), compress: true });
  if (layers.length > 0) {
    const ids = experiment.tasks.map(({ id }) => id);
    yield listed(text(capsuleFiles.layers, layersCsv(ids, layers)));
  }
  for await (const file of weightFiles(content)) yield listed({ ...file, compress: false });
  if (predictions.length > 0)
    yield listed({
      name: capsuleFiles.predictions,
      parts: predictionsParts(predictions, data.info.counts),
      compress: false,
    });
  const withoutPredictions =
    predictions.length > 0 ? null : (content.withoutPredictions ?? 'The run was not evaluated.');
  const complete = { ...about, withoutPredictions, files };
  yield text(capsuleFiles.readme, capsuleReadme(complete));
  yield text(capsuleFiles.about, formatAbout(complete));
}

/** The capsule of a run. Rejects where it would be larger than a zip archive may be, 4 GB. */
export function writeCapsule(content: CapsuleContent, following: ZipFollowing = {}): Promise<Blob> {
  return writeZip(filesOf(content), following);
}

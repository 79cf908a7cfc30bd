/**
 * Reads capsules. Nothing in a file is trusted: names, sizes, checksums, documents, tables and tensors are looked at before
 * any of it is handed on, and what is wrong is said with its place.
 */
import type { Checkpoint, LayerGramians, NamedTensor } from '#engine/types.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { safePath } from '#data/importers/source-file.ts';
import { planNetwork } from '#experiment/plan.ts';
import { describe } from '#experiment/problem.ts';
import { SeriesTable } from '#lib/series.ts';
import { bestWeights, outputWidths } from './capsule.ts';
import { parseAbout, type CapsuleAbout } from './capsule-about.ts';
import { capsuleFiles, checkpointName } from './capsule-names.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import { readTable } from './exact-csv.ts';
import { FileError, inFile } from './file-error.ts';
import { checkFit } from './fit.ts';
import { readLayers } from './layers-csv.ts';
import { readPredictions, type Predictions } from './predictions-file.ts';
import { openZip, type OpenedZip } from './unzip.ts';
import { weights } from './weights.ts';

/** A capsule whose documents and tables were read; checkpoints are read when they are asked for. */
export interface OpenedCapsule {
  readonly about: CapsuleAbout;
  readonly series: SeriesTable;
  readonly gramians: SeriesTable;
  readonly layers: readonly LayerGramians[];
  readonly predictions: readonly Predictions[];
  /**
   * The checkpoint of a step that `about` lists. Rejects with FileError where it is damaged, is of another network, holds
   * what is no number, or says something else than the files of weights beside it.
   */
  checkpoint(step: number): Promise<Checkpoint>;
}

/** Text that is larger than this, in bytes, is not of any run. */
const mostText = 256 << 20;
/** Text packs to a tenth or so; a file that unpacks to this many times its size is made to fill the memory. */
const mostGrowth = 100;
/** Below this nobody is hurt, in bytes. */
const harmless = 1 << 20;

const again = 'Export the capsule again.';

/** Refuses names that would leave a folder, or hide, and files that grow without end. */
function checkListing({ entries }: OpenedZip, file: string): void {
  const seen = new Set<string>();
  for (const { name, bytes, packedBytes } of entries) {
    const refuse = (rule: string, found: unknown): FileError =>
      new FileError(file, { path: `archive ${describe(name)}`, rule, found: describe(found), remedy: again });
    if (safePath(name) !== name) throw refuse('must be a plain file name', name);
    if (seen.has(name)) throw refuse('must be there once', 'twice');
    seen.add(name);
    if (bytes > harmless && bytes > mostGrowth * packedBytes)
      throw refuse(`must unpack to at most ${mostGrowth} times its ${packedBytes} bytes`, bytes);
  }
}

/** What is being read: the archive, and what messages call it. */
interface Source {
  readonly zip: OpenedZip;
  readonly file: string;
}

async function required({ zip, file }: Source, name: string): Promise<Blob> {
  const found = await zip.read(name);
  if (found) return found;
  throw new FileError(file, { path: 'archive', rule: `must hold ${name}`, found: 'none', remedy: again });
}

async function textOf(source: Source, name: string): Promise<string> {
  const listed = source.zip.entries.find((each) => each.name === name)?.bytes ?? 0;
  if (listed > mostText) {
    const rule = `must have at most ${mostText} bytes`;
    throw new FileError(`${source.file}/${name}`, { path: 'file', rule, found: `${listed}`, remedy: again });
  }
  return (await required(source, name)).text();
}

/** Refuses what is no number: training would only spread it. */
function requireFinite(tensors: readonly NamedTensor[], file: string): void {
  for (const { name, values } of tensors) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const rule = 'must hold finite numbers';
    throw new FileError(file, {
      path: `tensor ${name}`,
      rule,
      found: `${values[at]} at ${at}`,
      remedy: again,
    });
  }
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  const bits = ({ buffer, byteOffset, length }: Float32Array) => new Uint32Array(buffer, byteOffset, length);
  const others = bits(other);
  return one.length === other.length && bits(one).every((word, i) => word === others[i]);
}

/** Refuses weights of a file that are not those of the checkpoint. */
async function requireSame(
  source: Source,
  name: string,
  tensors: readonly NamedTensor[],
  step: number,
): Promise<void> {
  const file = `${source.file}/${name}`;
  const stored = (await weights.read?.(await required(source, name), file))?.weights;
  const refuse = (path: string, found: unknown): FileError =>
    new FileError(file, {
      path,
      rule: 'must be that of the checkpoint',
      found: describe(found),
      remedy: again,
    });
  if (stored?.step !== step) throw refuse('metadata step', stored?.step);
  const others = new Map(stored.tensors.map((tensor) => [tensor.name, tensor.values]));
  if (others.size !== tensors.length) throw refuse('tensors', others.size);
  for (const tensor of tensors) {
    const other = others.get(tensor.name);
    if (!other || !isSame(tensor.values, other))
      throw refuse(`tensor ${tensor.name}`, other ? 'other numbers' : 'nothing');
  }
}

/** Refuses what is not kept for a parameter, or has another shape than it. */
function checkOptimiser(checkpoint: Checkpoint, file: string): void {
  const shapes = new Map(checkpoint.tensors.map(({ name, shape }) => [name, shape.join()]));
  for (const { name, shape } of checkpoint.optimiser) {
    const wanted = shapes.get(name.slice(0, name.lastIndexOf('.')));
    if (wanted === shape.join()) continue;
    const rule = `must be of a parameter, and of its shape${wanted === undefined ? '' : `, ${wanted}`}`;
    throw new FileError(file, { path: `tensor optimiser/${name}`, rule, found: shape.join(), remedy: again });
  }
}

async function readOne(source: Source, about: CapsuleAbout, step: number): Promise<Checkpoint> {
  const { experiment, data, checkpoints, files } = about;
  const name = checkpointName(step, checkpoints);
  const file = `${source.file}/${name}`;
  const stored = await readCheckpoint(await required(source, name), file);
  const { checkpoint } = stored;
  const refuse = (path: string, rule: string, found: unknown): FileError =>
    new FileError(file, { path, rule, found: describe(found), remedy: again });
  if (checkpoint.step !== step) throw refuse('metadata state', `must be of step ${step}`, checkpoint.step);
  if (JSON.stringify(stored.experiment) !== JSON.stringify(experiment))
    throw refuse('metadata experiment', 'must be that of the capsule', stored.experiment.name);
  const { channels } = data.info.image;
  const { mean, deviation } = checkpoint.normalisation;
  if (mean.length !== channels || deviation.length !== channels)
    throw refuse('metadata state', `its normalisation must be of ${channels} channels`, mean.length);
  const { parameters } = inFile(file, () => planNetwork(experiment, data.info));
  for (const { tensors } of [checkpoint, ...checkpoint.best]) {
    checkFit(parameters, tensors, file);
    requireFinite(tensors, file);
  }
  checkOptimiser(checkpoint, file);
  if (step !== checkpoints.at(-1)) return checkpoint;
  await requireSame(source, capsuleFiles.weights, checkpoint.tensors, step);
  const best = bestWeights(checkpoint);
  if (best && files.includes(capsuleFiles.best))
    await requireSame(source, capsuleFiles.best, best.tensors, best.step);
  return checkpoint;
}

async function readCurves(source: Source, about: CapsuleAbout) {
  const ids = about.experiment.tasks.map(({ id }) => id);
  const has = (name: string) => about.files.includes(name);
  const table = async (name: string, columns: readonly string[]) => {
    const file = `${source.file}/${name}`;
    const read = await readTable(await textOf(source, name), columns, file);
    const steps = read.column('step');
    const at = steps.findIndex(
      (step, row) => !(Number.isInteger(step) && step >= 0 && step >= (steps[row - 1] ?? 0)),
    );
    if (at < 0) return read;
    const rule = 'its steps must be whole and rise';
    throw new FileError(file, { path: `line ${at + 2}`, rule, found: `${steps[at]}`, remedy: again });
  };
  const { curves, gramians, layers } = capsuleFiles;
  return {
    series: await table(curves, metricColumns(ids)),
    gramians: has(gramians)
      ? await table(gramians, gramianColumns(ids.length))
      : new SeriesTable(gramianColumns(ids.length)),
    layers: has(layers)
      ? await readLayers(await textOf(source, layers), ids, `${source.file}/${layers}`)
      : [],
  };
}

/** Refuses a list of files in which something lacks that the rest speaks of. */
function checkFiles({ files, checkpoints }: CapsuleAbout, file: string): void {
  const last = checkpoints.length > 0 ? [capsuleFiles.weights] : [];
  const needed = [
    capsuleFiles.curves,
    ...last,
    ...checkpoints.map((step) => checkpointName(step, checkpoints)),
  ];
  for (const name of needed)
    if (!files.includes(name))
      throw new FileError(`${file}/${capsuleFiles.about}`, {
        path: 'files',
        rule: `must list ${name}`,
        found: describe(files),
        remedy: again,
      });
}

/**
 * Opens a capsule.
 * @param file how messages call it
 * @throws FileError naming the place, the rule and what was found
 */
export async function openCapsule(archive: Blob, file: string): Promise<OpenedCapsule> {
  const zip = await openZip(archive, file);
  checkListing(zip, file);
  const source: Source = { zip, file };
  const about = parseAbout(await textOf(source, capsuleFiles.about), `${file}/${capsuleFiles.about}`);
  checkFiles(about, file);
  const names = new Set(zip.entries.map(({ name }) => name));
  for (const name of about.files) if (!names.has(name)) await required(source, name);
  inFile(`${file}/${capsuleFiles.about}`, () => planNetwork(about.experiment, about.data.info));
  const curves = await readCurves(source, about);
  const { predictions: name } = capsuleFiles;
  const predictions = about.files.includes(name)
    ? await readPredictions(
        await required(source, name),
        outputWidths(about),
        about.data.info.counts,
        `${file}/${name}`,
      )
    : [];
  return { about, ...curves, predictions, checkpoint: (step) => readOne(source, about, step) };
}

/** Branches of kept runs: a new run that begins where another one was at a checkpoint, with its curves up to there. */
import type { Checkpoint } from '#engine/types.ts';
import { difference } from '#experiment/difference.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { chunkFrom } from '#storage/chunks.ts';
import type { News, RunLibrary } from '#storage/run-library.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';
import type { RunPoint } from '#studies/study.ts';
import { datasetKey } from './dataset.ts';
import { enqueue, show } from './library-state.ts';
import { newRecord } from './new-record.ts';
import { bestOf } from './open-run.ts';
import { survivorsOf } from './recovery.ts';

/** What a branch is besides a state of another run. */
interface Branch {
  /** What it trains from there on; that of the other run where it is left out. */
  readonly experiment?: Experiment | undefined;
  readonly label?: string | undefined;
  /** Id of the study that it is a member of. */
  readonly study?: string;
}

const methodName = (kind: string) => (isStrategy(kind) ? strategyOf(kind).name : kind);

/** "MGDA, from step 400": what it changes, and where. */
function wordsFor(before: Experiment, after: Experiment, step: number): string {
  const words = difference(before, after, methodName) || 'the same';
  return `${words}, from step ${step}`;
}

/** Throws in plain words where a run cannot go on as another experiment. */
function check(before: Experiment, after: Experiment): void {
  if (datasetKey(before) !== datasetKey(after))
    throw new Error('A branch keeps data set and seed of its run: train anew with others.');
  survivorsOf(before, after); // throws where the network fits the data no longer
}

/** Curves, measurements and validations of a run up to a step. */
async function historyOf(
  library: RunLibrary,
  record: RunRecord,
  step: number,
  sameTasks: boolean,
): Promise<News> {
  const ids = record.experiment.tasks.map(({ id }) => id);
  const series = await library.curves(record, 'metrics', metricColumns(ids));
  const gramians = await library.curves(record, 'gramians', gramianColumns(ids.length));
  const layers = await library.layers(record);
  const evaluations = await library.evaluations(record.id);
  const upTo = sameTasks ? step : 0; // of other tasks, the gradients have other columns
  return {
    metrics: chunkFrom(series.upTo('step', step), 0),
    gramians: chunkFrom(gramians.upTo('step', upTo), 0),
    layers: { start: 0, measured: layers.filter((each) => each.step <= upTo) },
    evaluations: evaluations.filter((each) => each.split === 'validation' && each.step <= step),
  };
}

/** What the record of a branch counts of its history. */
function countOf({ metrics, gramians, layers, evaluations = [] }: News): Partial<RunRecord> {
  const length = (chunk: News['metrics']) => (chunk ? chunk.rows.length / chunk.columns.length : 0);
  const measured = layers?.measured ?? [];
  const numbers =
    (metrics?.rows.length ?? 0) +
    (gramians?.rows.length ?? 0) +
    measured.reduce((sum, each) => sum + each.gramians.length + each.losses.length, 0) +
    evaluations.flatMap(({ outputs }) => Object.values(outputs)).reduce((sum, each) => sum + each.length, 0);
  return {
    rows: length(metrics),
    gramianRows: length(gramians),
    layerRows: measured.length,
    curveBytes: 4 * numbers,
  };
}

function recordOf(
  parent: RunRecord,
  { seconds, ...checkpoint }: Checkpoint,
  { experiment = parent.experiment, label, study }: Branch,
): RunRecord {
  const { step } = checkpoint;
  return {
    ...newRecord(experiment, label ?? wordsFor(parent.experiment, experiment, step)),
    step,
    seconds,
    device: parent.device,
    validations: parent.validations.filter((each) => each.step <= step),
    best: bestOf({ seconds, ...checkpoint }),
    from: { run: parent.id, step },
    ...(study === undefined ? {} : { study }),
  };
}

/** As {@link forkRun}, as part of a study where one is given. */
export async function branchOff({ run, step }: RunPoint, branch: Branch): Promise<string> {
  return enqueue(async (library) => {
    const parent = await library.get(run);
    if (!parent || parent.deletedAt !== null)
      throw new Error('The run to branch off is not kept here any more.');
    const experiment = branch.experiment ?? parent.experiment;
    check(parent.experiment, experiment);
    const checkpoint = await library.checkpoint(run, step);
    if (!checkpoint) throw new Error(`The run to branch off has no checkpoint at step ${step} any more.`);
    const ids = (of: Experiment) => JSON.stringify(of.tasks.map(({ id }) => id));
    const news = await historyOf(library, parent, step, ids(parent.experiment) === ids(experiment));
    const record = recordOf(parent, checkpoint, branch);
    // As one that is deleted until all of it is there: the next start of the page sweeps what a kill leaves behind.
    await library.add({ ...record, deletedAt: record.createdAt });
    await library.update(record.id, countOf(news), news);
    await library.putCheckpoint(record.id, checkpoint, record.best['mean']);
    show(await library.update(record.id, { deletedAt: null }));
    return record.id;
  });
}

/**
 * A new kept run with the curves, validations and measured gradients of another one up to a step, and its checkpoint there.
 * Weights, optimiser state and batch order continue exactly: as the same experiment it ends bit for bit where the other one
 * does. As another experiment it keeps what the networks share. It is not opened.
 * @param run a kept run, and a step at which it has a checkpoint
 * @param label what it is called; left out, what it changes
 * @returns the id of the new run
 * @throws Error in plain words where run or checkpoint are gone, the data or the seed are others, or the network does not fit
 */
export function forkRun(run: RunPoint, experiment?: Experiment, label?: string): Promise<string> {
  return branchOff(run, { experiment, label });
}

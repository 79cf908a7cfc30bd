/**
 * Writes and reads capsules in a worker of its own, past the page: a large network's would hold it up for seconds. It has
 * the storage open by itself, and does one job.
 */
import './no-eval.ts';
import type { Checkpoint } from '#engine/types.ts';
import { writeCapsule } from '#exporters/capsule.ts';
import { openCapsule } from '#exporters/capsule-reader.ts';
import type { Predictions } from '#exporters/predictions-file.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { digestOf } from '#lib/digest.ts';
import { chunkFrom } from '#storage/chunks.ts';
import { RunLibrary } from '#storage/run-library.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { transferablesOf } from '#worker/transfer.ts';
import type { CapsuleJob, CapsuleReply, Evidence, Outcomes, Witness } from './capsule-jobs.ts';
import { importedRecord, toCapsuleRun } from './capsule-record.ts';
import { keptPredictions, unscored, witnessOf } from './kept-predictions.ts';

type Job<Kind extends CapsuleJob['kind']> = CapsuleJob & { kind: Kind };

function post(reply: CapsuleReply): void {
  // What comes last is not needed here any more; before that it is.
  self.postMessage(reply, reply.type === 'done' ? { transfer: transferablesOf(reply) } : {});
}

/** At most ten times a second: the page draws each. */
function nowAndThen(tell: (done: number) => void): (done: number) => void {
  let told = 0;
  return (done) => {
    if (performance.now() - told < 100) return;
    told = performance.now();
    tell(done);
  };
}

/** A run that is kept, and a way to its checkpoints, of which the latest one asked for is remembered. */
async function kept(library: RunLibrary, id: string) {
  const record = await library.get(id);
  if (!record) throw new Error('This run is not kept here any more.');
  let last: Checkpoint | undefined;
  const checkpoint = async (step: number): Promise<Checkpoint> => {
    if (last?.step !== step) last = await library.checkpoint(id, step);
    if (!last) throw new Error(`The checkpoint of step ${step} is not kept here any more.`);
    return last;
  };
  return { record, checkpoint };
}

type Kept = Awaited<ReturnType<typeof kept>>;

/** The weights that the run had after a step, as far as they are kept. */
async function witnessAt({ record, checkpoint }: Kept, step: number): Promise<Witness | undefined> {
  const steps = record.checkpoints.map((each) => each.step);
  const from = steps.includes(step) ? step : steps.at(-1);
  return from === undefined ? undefined : witnessOf(record, await checkpoint(from), step);
}

/** Predictions that are kept of weights that are, the test part first. */
async function witnessed(library: RunLibrary, run: Kept, info: Job<'witness'>['info']) {
  const found: { predictions: Predictions; witness: Witness }[] = [];
  for (const predictions of keptPredictions(run.record, info, await library.evaluations(run.record.id))) {
    const witness = await witnessAt(run, predictions.step);
    if (witness) found.push({ predictions, witness });
  }
  return found;
}

/** Has the page ask the last weights; a reason where it cannot. */
async function asked({ record, checkpoint }: Kept): Promise<Evidence> {
  const step = record.checkpoints.at(-1)?.step;
  if (step === undefined) return { reason: 'No weights are kept of the run.' };
  const last = await checkpoint(step);
  const best = last.best.find(({ losses }) => 'mean' in losses);
  const witness = witnessOf(record, last, best?.step ?? step);
  if (!witness) return { reason: 'No weights are kept of the run.' };
  return new Promise((resolve) => {
    self.addEventListener('message', ({ data }: MessageEvent<Evidence>) => resolve(data), { once: true });
    post({ type: 'wanted', witness });
  });
}

async function evidenceOf(library: RunLibrary, run: Kept, job: Job<'export'>) {
  const found = (await witnessed(library, run, job.info)).map(({ predictions }) => predictions);
  const reason = job.cannotAsk;
  const asks = found.length > 0 ? null : reason === null ? await asked(run) : { reason };
  const all = asks && 'predictions' in asks ? [asks.predictions] : found;
  const predictions = all.map((each) => ({ ...each, samples: job.samples?.[each.split] ?? null }));
  return { predictions, ...(asks && 'reason' in asks ? { withoutPredictions: asks.reason } : {}) };
}

async function exported(library: RunLibrary, job: Job<'export'>): Promise<Blob> {
  const run = await kept(library, job.id);
  const { record } = run;
  const ids = record.experiment.tasks.map((task) => task.id);
  // The weights of the last and the best are there once more, by PyTorch's names.
  const total = record.bytes * 1.3;
  return writeCapsule(
    {
      about: {
        experiment: record.experiment,
        run: toCapsuleRun(record),
        data: { info: job.info, fingerprint: record.fingerprint ?? job.fingerprint },
        environment: job.environment,
        checkpoints: record.checkpoints.map(({ step }) => step),
      },
      series: await library.curves(record, 'metrics', metricColumns(ids)),
      gramians: await library.curves(record, 'gramians', gramianColumns(ids.length)),
      layers: await library.layers(record),
      checkpoint: run.checkpoint,
      ...(await evidenceOf(library, run, job)),
    },
    { onProgress: nowAndThen((done) => post({ type: 'progress', done: Math.min(done, total), total })) },
  );
}

/** Best weights that several checkpoints share are stored once: by what they are. */
function withDigests(checkpoint: Checkpoint): Checkpoint {
  const best = checkpoint.best.map((each) => ({
    ...each,
    digest: digestOf(each.tensors.map(({ values }) => values)),
  }));
  return { ...checkpoint, best };
}

/** Holds the lock of a run while it is written, so that no page takes it for an abandoned one. */
async function holding<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(lock, work);
}

/**
 * A run is written as if it had been deleted, until all of it is there: whatever goes wrong on the way, nothing half of it
 * is ever listed, and what is left of it goes at the next start of the page.
 */
async function opened(library: RunLibrary, job: Job<'open'>): Promise<Outcomes['open']> {
  const capsule = await openCapsule(job.file, job.name);
  const { about, series, gramians, layers, predictions } = capsule;
  const isCopy = (await library.get(about.run.id)) !== undefined;
  const id = isCopy ? job.freshId : about.run.id;
  const record: RunRecord = importedRecord(capsule, { id, colour: job.colour });
  return holding(`${job.lock}${id}`, async () => {
    post({ type: 'staged', id });
    try {
      await library.add({ ...record, deletedAt: record.createdAt });
      const { rows, gramianRows, layerRows, curveBytes } = record;
      await library.update(
        id,
        { rows, gramianRows, layerRows, curveBytes },
        {
          metrics: chunkFrom(series, 0),
          gramians: chunkFrom(gramians, 0),
          layers: { start: 0, measured: layers },
          evaluations: predictions.map((each) => scoredAgain(record, each)),
        },
      );
      for (const [index, step] of about.checkpoints.entries()) {
        post({ type: 'progress', done: index, total: about.checkpoints.length });
        await library.putCheckpoint(id, withDigests(await capsule.checkpoint(step)), about.run.best['mean']);
      }
      await library.update(id, { deletedAt: null });
    } catch (error) {
      await library.remove(id);
      throw error;
    }
    return { id, isCopy };
  });
}

/** Predictions as the evaluation that they are of, with its scores where the run has them. */
function scoredAgain({ test, validations }: RunRecord, predictions: Predictions) {
  const { split, step, outputs } = predictions;
  const scored = split === 'test' ? test : validations.findLast((each) => each.step === step);
  return scored?.step === step ? { ...scored, outputs } : unscored(predictions);
}

async function testimony(library: RunLibrary, { id, info }: Job<'witness'>): Promise<Outcomes['witness']> {
  const run = await kept(library, id);
  const [first] = await witnessed(library, run, info);
  if (first) return first;
  throw new Error(
    run.record.checkpoints.length === 0
      ? 'No weights are kept of this run.'
      : 'No predictions are kept of the weights of this run: evaluate it, then check.',
  );
}

async function outcomeOf(library: RunLibrary, job: CapsuleJob): Promise<Outcomes[CapsuleJob['kind']]> {
  if (job.kind === 'export') return exported(library, job);
  return job.kind === 'open' ? opened(library, job) : testimony(library, job);
}

async function perform(job: CapsuleJob): Promise<void> {
  try {
    const library = await RunLibrary.open(job.database);
    try {
      post({ type: 'done', outcome: await outcomeOf(library, job) });
    } finally {
      library.close();
    }
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

self.addEventListener('message', ({ data }: MessageEvent<CapsuleJob>) => void perform(data), { once: true });

/** A kept run as its capsule tells of it, and back. */
import type { CapsuleRun } from '#exporters/capsule-about.ts';
import type { OpenedCapsule } from '#exporters/capsule-reader.ts';
import type { RunRecord } from '#storage/run-record.ts';

/** What a capsule says of a run. */
export function toCapsuleRun(record: RunRecord): CapsuleRun {
  const { heldBytes, changes } = record;
  return {
    id: record.id,
    name: record.name,
    difference: record.difference,
    note: record.note,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    status: record.status,
    step: record.step,
    totalSteps: record.totalSteps,
    seconds: record.seconds,
    device: record.device,
    validations: record.validations,
    test: record.test,
    best: record.best,
    ...(heldBytes === undefined ? {} : { heldBytes }),
    ...(changes === undefined ? {} : { changes }),
  };
}

/** Bytes of all curves and outputs of a capsule. */
function curveBytesOf({ series, gramians, layers, predictions }: OpenedCapsule): number {
  const outputs = predictions.flatMap((each) => Object.values(each.outputs));
  const numbers =
    series.length * series.columns.length +
    gramians.length * gramians.columns.length +
    layers.reduce((sum, each) => sum + each.gramians.length + each.losses.length, 0) +
    outputs.reduce((sum, { length }) => sum + length, 0);
  return 4 * numbers;
}

/**
 * A run of another machine as it is kept here: as it was there, but that it does not train, and is of no study.
 * @param here its id, and its place in the list of colours
 */
export function importedRecord(capsule: OpenedCapsule, here: Pick<RunRecord, 'id' | 'colour'>): RunRecord {
  const { about, series, gramians, layers } = capsule;
  const { experiment, run, data, environment } = about;
  const { exportedAt, userAgent, platform } = environment;
  const adapter = run.device?.adapter ?? null;
  const curveBytes = curveBytesOf(capsule);
  return {
    ...run,
    ...here,
    experiment,
    // What trained when it was exported stands still here.
    status: run.status === 'running' ? 'paused' : run.status,
    pinned: false,
    hidden: false,
    checkpoints: [],
    rows: series.length,
    gramianRows: gramians.length,
    layerRows: layers.length,
    curveBytes,
    bytes: curveBytes,
    deletedAt: null,
    imported: { exportedAt, importedAt: Date.now(), adapter, userAgent, platform },
    ...(data.fingerprint === null ? {} : { fingerprint: data.fingerprint }),
  };
}

/** What of the kept runs can be a member of an ensemble, and which of them can be combined. */
import { infoFor, isSameData } from '#data/resolve.ts';
import type { NamedTensor, Normalisation } from '#engine/types.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunLibrary } from '#storage/run-library.ts';
import type { RunRecord } from '#storage/run-record.ts';

/** Weights of a kept run: those after so many steps. */
export interface MemberChoice {
  /** Id of the run. */
  readonly run: string;
  readonly step: number;
}

/** Weights that are kept of a run. */
export interface WeightsOption {
  readonly step: number;
  /** What they are: "last", "best by mean"; empty for a checkpoint on the way. */
  readonly names: readonly string[];
}

/** A member before its weights are read. */
export interface Candidate {
  readonly record: RunRecord;
  readonly step: number;
}

/** The weights that are kept of a run, the best by mean first, then the others from the last on. */
export function weightsOptions({ experiment, checkpoints, best }: RunRecord): WeightsOption[] {
  const steps = checkpoints.map(({ step }) => step);
  if (steps.length === 0) return [];
  const last = Math.max(...steps);
  const names = new Map<number, string[]>();
  const add = (step: number | undefined, name: string) => {
    // The best weights are kept with the last checkpoint: what came after it went down with the page.
    if (step !== undefined && step <= last) names.set(step, [...(names.get(step) ?? []), name]);
  };
  add(best['mean'], 'best by mean');
  add(last, 'last');
  for (const { id, name } of experiment.tasks) if (id !== 'mean') add(best[id], `best for ${name}`);
  // Without a step they are the drawn ones.
  for (const step of steps) if (step > 0 && !names.has(step)) names.set(step, []);
  return Array.from(names, ([step, called]) => ({ step, names: called })).toSorted(
    (a, b) => Number(b.step === best['mean']) - Number(a.step === best['mean']) || b.step - a.step,
  );
}

/**
 * Why some candidates cannot be combined, naming the run that stands in the way; undefined where they can.
 * @param nameOf what a run is called
 */
export function combinationProblem(
  candidates: readonly Candidate[],
  nameOf: (record: RunRecord) => string,
): string | undefined {
  const [first, ...others] = candidates;
  if (!first || others.length === 0)
    return 'Choose two members or more: several runs, or several checkpoints of one.';
  const seen = new Set<string>();
  for (const { record, step } of candidates) {
    const key = `${record.id} ${step}`;
    if (seen.has(key)) return `“${nameOf(record)}” is in twice with the weights after step ${step}.`;
    seen.add(key);
  }
  for (const [index, { record }] of others.entries()) {
    for (const before of candidates.slice(0, index + 1)) {
      const problem = mismatch(before.record.experiment, record.experiment);
      if (problem)
        return `“${nameOf(record)}” cannot be combined with “${nameOf(before.record)}”: ${problem}.`;
    }
  }
  return undefined;
}

/** Why two experiments cannot answer for the same images; undefined where they can. */
function mismatch(one: Experiment, other: Experiment): string | undefined {
  try {
    if (!isSameData(one.data, other.data))
      return one.data.source === other.data.source
        ? `its ${infoFor(other.data).name} data has other settings`
        : `it is trained on ${infoFor(other.data).name}, not on ${infoFor(one.data).name}`;
  } catch (error) {
    return `its data is not here (${error instanceof Error ? error.message : String(error)})`;
  }
  for (const task of other.tasks) {
    const same = one.tasks.find(({ id }) => id === task.id);
    if (same && (same.kind !== task.kind || same.column !== task.column))
      return `its task “${task.name}” learns something else under the same name`;
  }
  return undefined;
}

/** Weights as they are kept. */
export interface KeptWeights {
  readonly tensors: readonly NamedTensor[];
  readonly normalisation: Normalisation;
}

/** The weights of a member. Rejects where they are not kept any more. */
export async function readMember(
  library: RunLibrary,
  { record: { id }, step }: Candidate,
  name: string,
): Promise<KeptWeights> {
  const own = await library.checkpoint(id, step);
  if (own) return { tensors: own.tensors, normalisation: own.normalisation };
  const steps = (await library.get(id))?.checkpoints.map((each) => each.step) ?? [];
  const checkpoint = steps.length > 0 ? await library.checkpoint(id, Math.max(...steps)) : undefined;
  const best = checkpoint?.best.find((each) => each.step === step);
  if (!checkpoint || !best)
    throw new Error(`The weights of “${name}” after step ${step} are not kept any more: choose others.`);
  return { tensors: best.tensors, normalisation: checkpoint.normalisation };
}

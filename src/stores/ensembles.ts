/** Several kept runs, or checkpoints of one, that answer as one: chosen, computed, asked about an image, exported. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { isSameData } from '#data/resolve.ts';
import { combine, type Combination } from '#studies/ensemble-results.ts';
import { askAnswers, type Answers } from './answers.ts';
import { loadedData } from './dataset.ts';
import { computed, type Ensemble, type EnsembleProgress, type Member } from './ensemble-compute.ts';
import { combinationProblem, readMember, type Candidate, type MemberChoice } from './ensemble-members.ts';
import { enqueue } from './library-state.ts';
import { nameOf } from './library.ts';
import { messageOf } from './run.ts';
import { runStore } from './run-state.ts';

export { weightsOptions, combinationProblem } from './ensemble-members.ts';
export type { Candidate, MemberChoice, WeightsOption } from './ensemble-members.ts';
export type { Ensemble, Member } from './ensemble-compute.ts';

interface EnsembleState {
  readonly status: 'idle' | 'computing' | 'ready' | 'failed';
  /** The members that were computed last, or are being computed. */
  readonly choices: readonly MemberChoice[];
  readonly progress: EnsembleProgress | null;
  readonly error: string | null;
  /** Stays while another is computed, until that is there. */
  readonly ensemble: Ensemble | null;
}

const nothing: EnsembleState = { status: 'idle', choices: [], progress: null, error: null, ensemble: null };

export const ensembleStore = createStore<EnsembleState>()(() => nothing);

export function useEnsemble<T>(select: (state: EnsembleState) => T): T {
  return useStore(ensembleStore, select);
}

/** What is being computed, to be stopped. */
let going: AbortController | undefined;

/** Stops computing; what was there before stays. */
export function cancelEnsemble(): void {
  going?.abort(new Error('Cancelled.'));
}

/** Forgets the ensemble and its members' weights. */
export function forgetEnsemble(): void {
  cancelEnsemble();
  ensembleStore.setState(nothing);
}

/** Whether the data set that is loaded is the one these members are trained on. */
export function isDataHere([first]: readonly Candidate[]): boolean {
  const loaded = loadedData();
  if (!first || !loaded) return false;
  try {
    return isSameData(first.record.experiment.data, loaded.data);
  } catch {
    return false; // of a data set that is not here any more
  }
}

/** Reads the members' weights, one after the other. Rejects with what stands in the way, in words. */
async function readMembers(choices: readonly MemberChoice[], signal: AbortSignal): Promise<Member[]> {
  const candidates = await enqueue((library) =>
    Promise.all(
      choices.map(async ({ run, step }): Promise<Candidate> => {
        const record = await library.get(run);
        if (!record) throw new Error('One of these runs is not kept here any more.');
        return { record, step };
      }),
    ),
  );
  const problem = combinationProblem(candidates, nameOf);
  if (problem) throw new Error(problem);
  const members: Member[] = [];
  for (const candidate of candidates) {
    signal.throwIfAborted();
    const name = nameOf(candidate.record);
    const weights = await enqueue((library) => readMember(library, candidate, name));
    members.push({ ...candidate, ...weights, name, experiment: candidate.record.experiment });
  }
  return members;
}

/**
 * Computes what these members and their combinations say of the validation and test part of the data that is loaded. The run
 * of the page goes on. Never rejects: `status` and `error` tell.
 */
export async function computeEnsemble(choices: readonly MemberChoice[]): Promise<void> {
  cancelEnsemble();
  const controller = new AbortController();
  going = controller;
  const { signal } = controller;
  // Whatever is told after another was begun is not heard any more.
  const put = (state: Partial<EnsembleState>) => {
    if (going === controller) ensembleStore.setState(state);
  };
  put({ status: 'computing', choices, error: null, progress: { share: 0, doing: 'Reading weights' } });
  try {
    if (runStore.getState().status === 'recovering')
      throw new Error('The device is just being brought back: try again in a moment.');
    const members = await readMembers(choices, signal);
    const ensemble = await computed(members, { signal, onProgress: (progress) => put({ progress }) });
    put({ status: 'ready', ensemble, progress: null });
  } catch (error) {
    const { ensemble } = ensembleStore.getState();
    if (signal.aborted) put({ status: ensemble ? 'ready' : 'idle', progress: null, ...before(ensemble) });
    else put({ status: 'failed', error: messageOf(error), progress: null });
  } finally {
    if (going === controller) going = undefined;
  }
}

/** The choice that an ensemble came from. */
function before(ensemble: Ensemble | null): Pick<EnsembleState, 'choices'> {
  return { choices: ensemble?.members.map(({ record, step }) => ({ run: record.id, step })) ?? [] };
}

/** What an ensemble says of some images, by task id; a task has outputs only of those members that have it. */
export interface EnsembleAnswers {
  /** In the order of the members: raw outputs by task id. */
  readonly members: readonly Answers[];
  /** By task id. */
  readonly combined: Readonly<Record<string, Readonly<Record<Combination, Float32Array>>>>;
  /** Of the network of averaged weights; null where there is none. */
  readonly soup: Answers | null;
}

/**
 * Asks members and combinations about images of the data set's size.
 * @param pixels [count, height, width, channels], 0…255
 */
export async function askEnsemble(
  { members, soup, tasks }: Ensemble,
  pixels: Uint8Array,
  count: number,
  signal?: AbortSignal,
): Promise<EnsembleAnswers> {
  const following = signal ? { signal } : {};
  const on = { pixels, count };
  const said: Answers[] = [];
  for (const { experiment, tensors, normalisation } of members)
    said.push(await askAnswers({ experiment, tensors, normalisation, on }, following));
  const combined = tasks.map(({ task, column, voters, weights }) => {
    const outputs = voters.map((place) => said[place]?.[task.id] ?? new Float32Array());
    return [task.id, combine(task, column, outputs, weights)] as const;
  });
  const [first] = members;
  const soupSays =
    soup && first ? await askAnswers({ experiment: first.experiment, ...soup, on }, following) : null;
  return { members: said, combined: Object.fromEntries(combined), soup: soupSays };
}

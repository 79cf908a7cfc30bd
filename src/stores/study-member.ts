/** One turn of one member of a study, trained as the page's run, and how it came out. */
import { isHopeless, type Validation } from '#studies/median-rule.ts';
import type { Member, Study } from '#studies/study.ts';
import { branchOff } from './forks.ts';
import type { ExperimentLock } from './experiment.ts';
import { enqueue, libraryStore, settledLibrary, show as list } from './library-state.ts';
import { newRecord } from './new-record.ts';
import { checkpointHere, letGo, putOnPage } from './open-run.ts';
import { goOn, messageOf, pause } from './run.ts';
import { runStore } from './run-state.ts';
import { changeMember, changeStudy, studiesStore, studyOf } from './studies-state.ts';
import type { Turn } from './study-turns.ts';
import { callTrainer } from './trainer.ts';

/** A study that has the page. */
export interface Session {
  readonly id: string;
  readonly lock: ExperimentLock;
  /** Aborted when it has to leave the page. */
  readonly leaving: AbortController;
  /** Whether the reader wants it to pause as soon as it can. */
  pausing: boolean;
}

/** How a turn came out; `left`: the study leaves the page. */
type Outcome =
  | { readonly kind: 'turn' | 'finished' | 'left' }
  | { readonly kind: 'stopped' | 'failed'; readonly reason: string };

/** Milliseconds to wait for the last checkpoint of a turn, without which it would be trained again. */
const patience = 60_000;

/** Times that numbers may break down from the same state: more often, it is no accident. */
const mostBreakdowns = 1;

/** Resolves when run, studies or the wish to leave have changed. */
function change({ leaving }: Session): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      leaving.signal.removeEventListener('abort', done);
      for (const unsubscribe of unsubscribes) unsubscribe();
      resolve();
    };
    const unsubscribes = [runStore.subscribe(done), studiesStore.subscribe(done)];
    leaving.signal.addEventListener('abort', done);
  });
}

const isLeaving = ({ leaving }: Session) => leaving.signal.aborted;

function setPaused(session: Session, isPaused: boolean): void {
  const state = isPaused ? 'paused' : 'training';
  session.pausing = isPaused;
  if (studyOf(session.id).state !== state) changeStudy(session.id, { state });
}

/** Waits while the reader wants a pause. */
async function whilePaused(session: Session): Promise<void> {
  while (session.pausing && !isLeaving(session)) {
    setPaused(session, true);
    await change(session);
  }
}

/** The kept run of a member, which is new where it has not begun. Rejects where that cannot be made, or is gone. */
async function runOf({ id }: Study, { run, label, experiment, from }: Member): Promise<string> {
  if (run !== null) {
    if (libraryStore.getState().runs.some((each) => each.id === run)) return run;
    throw new Error('Its run was deleted.');
  }
  if (from) return branchOff(from, { experiment, label, study: id });
  const record = { ...newRecord(experiment, label), study: id };
  await enqueue((library) => library.add(record));
  list(record);
  return record.id;
}

/** Where a run has failed, a device may hold what it could not allocate: it is opened anew. */
async function clearAway(): Promise<void> {
  if (runStore.getState().status !== 'failed') return;
  await letGo();
  runStore.setState({ device: await callTrainer('open', { fresh: true }) });
}

const validationsOf = (run: string | null): Validation[] =>
  (libraryStore.getState().runs.find(({ id }) => id === run)?.validations ?? []).map(
    ({ step, meanLoss }) => ({
      step,
      loss: meanLoss,
    }),
  );

/** Why the member on the page is stopped after its last validation, if that is so. */
function hopelessness({ stopping, members }: Study, place: number): string | undefined {
  const { validations, step } = runStore.getState();
  const own = validations.map((each) => ({ step: each.step, loss: each.meanLoss }));
  const others = members.filter((_, i) => i !== place).map(({ run }) => validationsOf(run));
  if (!stopping || !isHopeless(stopping, own, others)) return undefined;
  return `Its best validation loss was worse than the median of the others, at step ${step}.`;
}

/** Starts the run on the page, and waits until it says that it trains, or says something else. */
async function start(session: Session): Promise<void> {
  await goOn();
  while (runStore.getState().status === 'paused' && !isLeaving(session)) await change(session);
}

/** Follows the run on the page, which trains, to the end of its turn. */
async function follow(session: Session, { member, until }: Turn): Promise<Outcome> {
  let breakdowns = 0;
  let before = 'preparing';
  let validated = runStore.getState().validations.length;
  for (; !isLeaving(session); await change(session)) {
    const { status, step, trouble, error, validations } = runStore.getState();
    const isNew = status !== before;
    before = status;
    if (status === 'finished') return { kind: 'finished' };
    if (status === 'failed')
      return { kind: 'failed', reason: trouble?.message ?? error ?? 'The run failed.' };
    if (status === 'idle') return { kind: 'failed', reason: 'Its run was taken off the page.' };
    if (status === 'paused' && trouble?.cause === 'numbers' && isNew) {
      if (breakdowns++ === mostBreakdowns) return { kind: 'failed', reason: trouble.message };
      await start(session);
    } else if (status === 'paused' && until !== null && step >= until) return { kind: 'turn' };
    else if (isNew && (status === 'paused' || status === 'running')) setPaused(session, status === 'paused');
    if (validations.length <= validated) continue;
    validated = validations.length;
    const reason = hopelessness(studyOf(session.id), member);
    if (reason === undefined) continue;
    await pause();
    return runStore.getState().status === 'finished' ? { kind: 'finished' } : { kind: 'stopped', reason };
  }
  return { kind: 'left' };
}

/** Puts a member's run on the page. Where the device is lost meanwhile, that is being mended. */
async function show(session: Session, run: string, { until }: Turn): Promise<void> {
  try {
    await putOnPage(run, (experiment) => session.lock.place(experiment));
  } catch (error) {
    if (runStore.getState().status !== 'recovering') throw error;
  }
  runStore.setState({ pauseAt: until });
}

async function train(session: Session, turn: Turn): Promise<Outcome> {
  const study = studyOf(session.id);
  const member = study.members[turn.member];
  if (!member) throw new Error('This study has no such member.');
  const run = await runOf(study, member);
  changeMember(session.id, turn.member, { run, state: 'training' });
  await show(session, run, turn);
  await whilePaused(session);
  if (isLeaving(session)) return { kind: 'left' };
  if (runStore.getState().status === 'paused') await start(session);
  return follow(session, turn);
}

/**
 * Trains a member of the study on the page until its turn is over, and keeps how that came out. Rejects where nothing can
 * be trained, as when the device does not come back.
 */
export async function trainMember(session: Session, turn: Turn): Promise<void> {
  await clearAway();
  let outcome: Outcome;
  try {
    outcome = await train(session, turn);
  } catch (error) {
    outcome = { kind: 'failed', reason: messageOf(error) };
  }
  const { kind } = outcome;
  if (kind === 'left') return;
  if (kind !== 'failed') await checkpointHere(patience);
  await settledLibrary();
  const reason = 'reason' in outcome ? outcome.reason : '';
  changeMember(session.id, turn.member, { state: kind === 'turn' ? 'waiting' : kind, reason });
}

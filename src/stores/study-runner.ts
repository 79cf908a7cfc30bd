/**
 * Trains the members of a study, one after the other or in turn, as the page's run. Meanwhile the study has the page: the
 * experiment is its member's and cannot be edited. What was there before comes back when it leaves.
 */
import type { Study } from '#studies/study.ts';
import { datasetKey } from './dataset.ts';
import { experimentStore, lockExperiment } from './experiment.ts';
import { libraryStore } from './library-state.ts';
import { letGo, putOnPage } from './open-run.ts';
import { attempt, goOn, messageOf, pause } from './run.ts';
import { setGoesOn } from './recovery.ts';
import { runStore } from './run-state.ts';
import { secondsOf } from './study-seconds.ts';
import { atRest, changeStudy, holdStudy, studiesStore, studyOf } from './studies-state.ts';
import { trainMember, type Session } from './study-member.ts';
import { beginsRound, isOpen, nextTurn } from './study-turns.ts';

/** Why a study leaves the page. */
type Leave = 'aside' | 'stop';

/** The study on the page; `over` settles once the page is the reader's again. */
let stay: { readonly session: Session; readonly over: Promise<void> } | null = null;

/** Steps trained by each member. */
function stepsIn({ members }: Study): number[] {
  const { runs } = libraryStore.getState();
  return members.map(({ run, from }) => runs.find(({ id }) => id === run)?.step ?? from?.step ?? 0);
}

/** Members that are left are stopped. */
export function stopRest(id: string, reason: string): void {
  const { members } = studyOf(id);
  changeStudy(id, {
    state: 'finished',
    members: members.map((each) => (isOpen(each) ? { ...each, state: 'stopped', reason } : each)),
  });
}

/** It waits to be gone on with. */
function putAside(id: string): void {
  const study = studiesStore.getState().studies.find((each) => each.id === id);
  if (study) changeStudy(id, { state: 'paused', members: atRest(study.members) });
}

/** Trains until no member is left, or the study has to leave the page. */
async function trainAll(session: Session): Promise<void> {
  while (!session.leaving.signal.aborted) {
    const study = studyOf(session.id);
    const steps = stepsIn(study);
    const turn = nextTurn(study, steps);
    if (!turn) return changeStudy(session.id, { state: 'finished' });
    const { budget } = study;
    if (budget !== null && beginsRound(study, steps, turn) && (await secondsOf(study)) >= budget)
      return stopRest(session.id, `The budget of ${budget} s of training was used up.`);
    studiesStore.setState({ member: turn.member });
    await trainMember(session, turn);
  }
}

/** The reader's experiment with its history, and the run that was on the page where its data are there. */
async function giveBack({ lock }: Session, run: string | null): Promise<void> {
  await letGo();
  lock.release();
  const record = libraryStore.getState().runs.find(({ id }) => id === run);
  if (!record) return;
  const { experiment } = experimentStore.getState();
  if (datasetKey(record.experiment) !== datasetKey(experiment)) return;
  const isSame = JSON.stringify(record.experiment) === JSON.stringify(experiment);
  await attempt(() => putOnPage(record.id, (trained) => (isSame ? experiment : trained)));
}

/** Never rejects. */
async function play(session: Session, before: string | null): Promise<void> {
  const { id } = session;
  try {
    await letGo();
    await trainAll(session);
    if (studyOf(id).state === 'finished') return;
    if (session.leaving.signal.reason === 'stop') stopRest(id, 'Stopped by the reader.');
    else putAside(id);
  } catch (error) {
    studiesStore.setState({ trouble: messageOf(error) });
    putAside(id);
  } finally {
    await giveBack(session, before);
  }
}

/** Puts a study on the page and trains it. Throws in plain words where the page is not free. */
export function begin(id: string): void {
  const { name } = studyOf(id);
  const lock = lockExperiment(
    `The page trains the study “${name}”. Put it aside or stop it to go on with your own experiment.`,
  );
  const session: Session = { id, lock, leaving: new AbortController(), pausing: false };
  const release = holdStudy(id);
  changeStudy(id, { state: 'training' });
  studiesStore.setState({ active: id, member: null, left: null, trouble: null });
  const over = play(session, libraryStore.getState().current).finally(() => {
    release();
    stay = null;
    studiesStore.setState({ active: null, member: null, left: id });
  });
  stay = { session, over };
}

/** Pauses the study on the page, which stays there. */
export async function pauseOnPage(): Promise<void> {
  if (!stay) return;
  const { session } = stay;
  session.pausing = true;
  const { status } = runStore.getState();
  if (status === 'running') await pause();
  else if (status === 'recovering') setGoesOn(false);
  if (studyOf(session.id).state === 'training') changeStudy(session.id, { state: 'paused' });
}

/** Goes on with the study on the page. */
export async function goOnOnPage(): Promise<void> {
  if (!stay) return;
  const { session } = stay;
  session.pausing = false;
  changeStudy(session.id, { state: 'training' });
  const { status } = runStore.getState();
  if (status === 'paused') await goOn();
  else if (status === 'recovering') setGoesOn(true);
}

/** Takes the study off the page: to go on another time, or for good. Resolves when the page is the reader's again. */
export async function leave(why: Leave): Promise<void> {
  if (!stay) return;
  stay.session.leaving.abort(why);
  await stay.over;
}

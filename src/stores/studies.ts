/** Studies: runs that are planned together and trained one after the other as the page's run. See docs/studies.md. */
import type { Study, StudyPlan } from '#studies/study.ts';
import { busyRuns, enqueue, libraryStore } from './library-state.ts';
import {
  changeStudy,
  followLibrary,
  putStudy,
  studiesLoaded,
  studiesStore,
  studyLock,
  studyOf,
} from './studies-state.ts';
import { begin, goOnOnPage, leave, pauseOnPage, stopRest } from './study-runner.ts';

export { onPage, studiesStore, useStudies } from './studies-state.ts';
export { forkRun } from './forks.ts';
export type { Study };

followLibrary();

/** Throws where another study trains now, or no run can be kept. One that is paused on the page is put aside. */
async function makeRoom(): Promise<void> {
  const { status, reason } = libraryStore.getState();
  if (status !== 'ready') throw new Error(reason ?? 'The kept runs are not open yet: try again in a moment.');
  await studiesLoaded();
  const { active } = studiesStore.getState();
  if (active === null) return;
  const { name, state } = studyOf(active);
  if (state === 'training') throw new Error(`The study “${name}” trains now: pause it or stop it first.`);
  await leave('aside');
}

/**
 * Begins to train a study; it has the page from now on. Members are trained one after the other, each as a kept run of its
 * own, and the reader's experiment and run come back when all are through.
 * @returns the study's id
 * @throws Error in plain words where another study trains, runs cannot be kept here, or there is no member
 */
export async function startStudy(plan: StudyPlan): Promise<string> {
  if (plan.members.length === 0) throw new Error('There is nothing to train in this study.');
  await makeRoom();
  const now = Date.now();
  const id = `${now.toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  const members = plan.members.map((each) => ({ ...each, run: null, state: 'waiting' as const, reason: '' }));
  putStudy({ ...plan, id, members, createdAt: now, state: 'training', deletedAt: null });
  begin(id);
  return id;
}

/** Pauses the study on the page; it stays there, and Train goes on with it. */
export function pauseStudy(): Promise<void> {
  return pauseOnPage();
}

/** Pauses the study on the page, and gives the page back to the reader; it can be gone on with from the list. */
export function putStudyAside(): Promise<void> {
  return leave('aside');
}

/**
 * Goes on with a study: a member that was training from its last checkpoint; members that are through stay as they are.
 * @throws Error in plain words where another one trains, here or it on another page, or nothing is left to train
 */
export async function resumeStudy(id: string): Promise<void> {
  if (studiesStore.getState().active === id) return goOnOnPage();
  const { state, name } = studyOf(id);
  if (state === 'finished') throw new Error(`Nothing is left to train in the study “${name}”.`);
  if ((await busyRuns())(studyLock(id))) throw new Error('This study trains on another page that is open.');
  await makeRoom();
  begin(id);
}

/** Ends a study: members that are not through are stopped, and keep what they have. */
export async function stopStudy(id: string): Promise<void> {
  if (studiesStore.getState().active === id) return leave('stop');
  if (studyOf(id).state !== 'finished') stopRest(id, 'Stopped by the reader.');
}

/** Takes a study out of the list; its runs stay. It is gone for good at the next start of the page. Throws for one on the page. */
export function deleteStudy(id: string): void {
  if (studiesStore.getState().active === id) throw new Error('This study is on the page: stop it first.');
  changeStudy(id, { deletedAt: Date.now() });
  if (studiesStore.getState().left === id) dismissStudy();
}

/** Brings a deleted study back. */
export async function undeleteStudy(id: string): Promise<void> {
  await studiesLoaded();
  const study = await enqueue((library) => library.studies.update(id, { deletedAt: null }));
  if (study) putStudy(study);
}

/** Takes away the word on how the last study ended. */
export function dismissStudy(): void {
  studiesStore.setState({ left: null, trouble: null });
}

/** The studies as the page knows them, and how they are kept. What one can do with a study is in studies.ts. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Member, Study } from '#studies/study.ts';
import { busyRuns, enqueue, holdLock, libraryStore } from './library-state.ts';
import { messageOf } from './run.ts';

export interface StudiesState {
  /** Newest first, without deleted ones. One that trains but is not `active` does so on another page. */
  readonly studies: readonly Study[];
  /** Id of the study that has the page: its members are trained as the page's run, or it is paused there. */
  readonly active: string | null;
  /** Place of the member whose turn it is. */
  readonly member: number | null;
  /** The study that has left the page last, until the reader has seen how it ended. */
  readonly left: string | null;
  /** Why it left or is no longer kept, where nobody asked for that; null otherwise. */
  readonly trouble: string | null;
}

export const studiesStore = createStore<StudiesState>()(() => ({
  studies: [],
  active: null,
  member: null,
  left: null,
  trouble: null,
}));

export function useStudies<T>(select: (state: StudiesState) => T): T {
  return useStore(studiesStore, select);
}

/** The study that has the page. */
export function onPage({ studies, active }: StudiesState): Study | undefined {
  return studies.find(({ id }) => id === active);
}

/** What a page holds a lock for while a study is on it; see `lockOf`. */
export const studyLock = (id: string) => `study-${id}`;

/** Tells other pages that the study is on this one, until what it returns is called. */
export const holdStudy = (id: string) => holdLock(studyLock(id));

/** Throws where there is none of that id. */
export function studyOf(id: string): Study {
  const study = studiesStore.getState().studies.find((each) => each.id === id);
  if (!study) throw new Error('This study is not kept here any more.');
  return study;
}

/** Shows a study as it is now, and keeps it. */
export function putStudy(study: Study): void {
  const others = studiesStore.getState().studies.filter(({ id }) => id !== study.id);
  const studies = study.deletedAt === null ? [...others, study] : others;
  studiesStore.setState({ studies: studies.toSorted((a, b) => b.createdAt - a.createdAt) });
  enqueue((library) => library.studies.add(study)).catch((error: unknown) => {
    studiesStore.setState({ trouble: `The study is not kept: ${messageOf(error)}` });
  });
}

export function changeStudy(id: string, change: Partial<Study>): void {
  putStudy({ ...studyOf(id), ...change });
}

export function changeMember(id: string, place: number, change: Partial<Member>): void {
  const { members } = studyOf(id);
  changeStudy(id, { members: members.map((each, i) => (i === place ? { ...each, ...change } : each)) });
}

/** No member trains now; those that did wait for their turn. */
export const atRest = (members: readonly Member[]): Member[] =>
  members.map((each) => (each.state === 'training' ? { ...each, state: 'waiting' } : each));

/** Lists what is kept. A study that says that it trains, though no page trains it, is paused; deleted ones go for good. */
async function loadStudies(): Promise<void> {
  const isBusy = await busyRuns();
  const studies = await enqueue(async (library) => {
    for (const { id, deletedAt, state, members } of await library.studies.all()) {
      if (deletedAt !== null) await library.studies.remove(id);
      else if (state === 'training' && !isBusy(studyLock(id)))
        await library.studies.update(id, { state: 'paused', members: atRest(members) });
    }
    return library.studies.all();
  });
  studiesStore.setState({ studies });
}

/** Settles once the studies of the storage that is open are listed. */
let loaded: Promise<void> = Promise.resolve();

/** Waits until the studies are listed. */
export const studiesLoaded = () => loaded;

/** Follows the storage of the runs: its studies are listed whenever it is opened. */
export function followLibrary(): void {
  libraryStore.subscribe(({ status }, before) => {
    if (status === before.status) return;
    studiesStore.setState({ studies: [], left: null, trouble: null });
    if (status !== 'ready') return;
    loaded = loadStudies().catch((error: unknown) => studiesStore.setState({ trouble: messageOf(error) }));
  });
}

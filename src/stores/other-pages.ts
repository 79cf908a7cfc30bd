/** What other pages that are open do with the runs: shown here as it happens. They hold a lock for a run that they have open. */
import { busyRuns, enqueue, libraryStore, lockOf, onOthers, place, show, unlist } from './library-state.ts';

/** Runs whose release is waited for. */
const watched = new Set<string>();

/** Finds out anew which of the listed runs other pages have open. */
export async function lookElsewhere(): Promise<void> {
  const isBusy = await busyRuns();
  const { runs, current } = libraryStore.getState();
  const ids = runs.map(({ id }) => id).filter((id) => id !== current && isBusy(id));
  for (const id of ids) void watch(id);
  const { elsewhere } = libraryStore.getState();
  if (ids.length === elsewhere.size && ids.every((id) => elsewhere.has(id))) return;
  libraryStore.setState({ elsewhere: new Set(ids) });
}

/** Waits until the other page lets go of a run, however that comes about: one that is killed does so, too. */
async function watch(id: string): Promise<void> {
  if (watched.has(id)) return;
  watched.add(id);
  await navigator.locks.request(lockOf(id), { mode: 'shared' }, () => {});
  watched.delete(id);
  await lookElsewhere();
  await read(id);
}

/** Shows a run as it is kept now. One that says that it is running, though no page has it, was interrupted. */
async function read(id: string): Promise<void> {
  const record = await enqueue((library) => library.get(id)).catch(() => undefined);
  const { current, elsewhere } = libraryStore.getState();
  if (!record) return unlist(id);
  place(record);
  if (record.status !== 'running' || id === current || elsewhere.has(id) || watched.has(id)) return;
  if ((await busyRuns())(id)) return;
  show(await enqueue((library) => library.update(id, { status: 'interrupted' })));
}

/** Follows the other pages from now on. */
export function followOthers(): void {
  onOthers((id) => {
    if (id === libraryStore.getState().current) return; // this page knows best
    void read(id).then(lookElsewhere);
  });
}

/** How long the members of a study have trained. */
import type { Member, Study } from '#studies/study.ts';
import { enqueue, libraryStore } from './library-state.ts';

/** Seconds of training of a member's own; those of the run that it branched off do not count. */
async function ownSeconds({ run, from }: Member): Promise<number> {
  const record = libraryStore.getState().runs.find(({ id }) => id === run);
  if (!record || !from) return record?.seconds ?? 0;
  const series = await enqueue((library) => library.curves(record, 'metrics', ['step', 'seconds']));
  const before = series.upTo('step', from.step);
  return record.seconds - (before.length > 0 ? before.last('seconds') : 0);
}

/** Seconds of training of all members. */
export async function secondsOf({ members }: Study): Promise<number> {
  const all = await Promise.all(members.map(ownSeconds));
  return all.reduce((sum, each) => sum + each, 0);
}

/** Room in the storage: whether it is full, and what gives way then. */
import type { RunLibrary } from '#storage/run-library.ts';
import { busyRuns } from './library-state.ts';

/** Whether something failed for want of room. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/** Does something. Where the storage is full, the runs that were deleted go for good, and it is tried once more. */
export async function withRoom<Result>(library: RunLibrary, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isFull(error) || !(await purge(library))) throw error;
    return work();
  }
}

/** Returns whether there was anything to take away. */
async function purge(library: RunLibrary): Promise<boolean> {
  const isBusy = await busyRuns();
  // A branch that is being written was "deleted" the moment it was made, until all of it is there.
  const gone = (await library.all()).filter(
    ({ id, deletedAt, createdAt }) => deletedAt !== null && deletedAt !== createdAt && !isBusy(id),
  );
  for (const { id } of gone) await library.remove(id);
  return gone.length > 0;
}

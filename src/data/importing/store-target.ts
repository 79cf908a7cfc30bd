/** Imports into the sets of this browser; one that was interrupted goes on. */
import type { SetStore } from '../sets/set-store.ts';
import type { ImportTarget } from './target.ts';

export function storeTarget(store: SetStore): ImportTarget {
  return {
    async begin(draft) {
      const unfinished = await store.unfinished();
      const same = unfinished.find(
        ({ signature, total }) => signature === draft.signature && total === draft.total,
      );
      return same ? store.resume(same.id) : store.create(draft);
    },
  };
}

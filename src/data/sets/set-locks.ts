/**
 * One lock for each data set, across all pages and workers of this browser: whoever writes or takes away its files has it alone,
 * whoever needs them to stay shares it. A browser frees the locks of whoever dies.
 */

/** Lets go of a lock; resolves once others can have it. */
export type Release = () => Promise<void>;

export interface SetLocks {
  /** Takes the lock alone; null where somebody else has it, in whatever way. Gives what lets go of it. */
  alone(id: string): Promise<Release | null>;
  /** Shares the lock; null where somebody has it alone. */
  shared(id: string): Promise<Release | null>;
  /** Waits for its turn to change the labels of a set, and does it. */
  inTurn<Result>(id: string, work: () => Promise<Result>): Promise<Result>;
  /** Whether somebody has the lock alone. */
  isWritten(): Promise<(id: string) => boolean>;
}

const none: SetLocks = {
  alone: async () => async () => {},
  shared: async () => async () => {},
  inTurn: (_id, work) => work(),
  isWritten: async () => () => false,
};

/** @param name of the store */
export function setLocks(name: string): SetLocks {
  if (!('locks' in navigator)) return none; // an insecure context has none
  const lockOf = (id: string) => `${name}-${id}`;
  const take = (id: string, mode: LockMode) =>
    new Promise<Release | null>((resolve, reject) => {
      const freed: Promise<void> = navigator.locks.request(
        lockOf(id),
        { mode, ifAvailable: true },
        (lock) => {
          if (!lock) return resolve(null);
          return new Promise<void>((free) => {
            resolve(() => {
              free();
              return freed;
            });
          });
        },
      );
      freed.catch(reject);
    });
  return {
    alone: (id) => take(id, 'exclusive'),
    shared: (id) => take(id, 'shared'),
    inTurn: (id, work) => navigator.locks.request(`${lockOf(id)}-labels`, work),
    async isWritten() {
      const { held = [] } = await navigator.locks.query();
      const names = new Set(held.flatMap((lock) => (lock.mode === 'exclusive' ? [lock.name] : [])));
      return (id) => names.has(lockOf(id));
    },
  };
}

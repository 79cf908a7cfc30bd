/** Files of data sets in pieces in IndexedDB, for browsers without a file system of their own. */
import { missingFile, type SetFiles } from './set-files.ts';
import { writing } from './storage-full.ts';
import { under, type SetDatabase } from './tables.ts';

/** Bytes of a piece: a random image reads few that it does not need, and a set has not too many. */
const pieceBytes = 2 ** 18;

export function databaseFiles(database: SetDatabase): SetFiles {
  const namesUnder = async (set: string) => {
    const keys = await database.getAllKeys('pieces', under(set));
    return [...new Set(keys.map(([, file]) => file))];
  };
  return {
    kind: 'indexeddb',
    write: (set, file, at, bytes) => writing(() => write(database, set, file, at, bytes)),
    read: (set, file, start, end) => read(database, set, file, start, end),
    async readAll(set, file) {
      const pieces = await database.getAll('pieces', under(set, file));
      if (pieces.length === 0) throw missingFile(file);
      return joined(pieces);
    },
    list: namesUnder,
    async sets() {
      const found: string[] = [];
      // From set to set, without a look at what lies between.
      let cursor = await database.transaction('pieces').store.openKeyCursor();
      while (cursor) {
        const [set] = cursor.primaryKey;
        found.push(set);
        cursor = await cursor.continue([set, [] as unknown as string, 0]);
      }
      return found;
    },
    drop: (set, file) => database.delete('pieces', under(set, file)),
    remove: (set) => database.delete('pieces', under(set)),
    release: () => {},
  };
}

/** In one transaction: the bytes are there, all of them, or the file is as it was. */
async function write(
  database: SetDatabase,
  set: string,
  file: string,
  at: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const transaction = database.transaction('pieces', 'readwrite', { durability: 'strict' });
  transaction.done.catch(() => {}); // heard of below
  const first = Math.floor(at / pieceBytes);
  const before = at % pieceBytes;
  const head = before === 0 ? undefined : await transaction.store.get([set, file, first]);
  if (before > 0 && (head?.length ?? 0) < before) throw missingFile(file);
  const all = head ? joined([head.subarray(0, before), bytes]) : bytes;
  void transaction.store.delete(IDBKeyRange.bound([set, file, first], [set, file, []])).catch(() => {});
  for (let from = 0, number = first; from < all.length; from += pieceBytes, number++)
    void transaction.store.put(all.slice(from, from + pieceBytes), [set, file, number]).catch(() => {});
  await transaction.done;
}

async function read(
  database: SetDatabase,
  set: string,
  file: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (end <= start) return new Uint8Array();
  const first = Math.floor(start / pieceBytes);
  const last = Math.floor((end - 1) / pieceBytes);
  const range = IDBKeyRange.bound([set, file, first], [set, file, last]);
  const all = joined(await database.getAll('pieces', range));
  const from = start - first * pieceBytes;
  if (all.length < from + end - start) throw missingFile(file);
  return all.slice(from, from + end - start);
}

function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

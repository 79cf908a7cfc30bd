/** What the end-to-end tests read of the browser's storage, past the page. */
import type { Page } from '@playwright/test';
import type { RunRecord } from '#storage/run-record.ts';

/** The records that are kept, newest first. */
export async function keptRuns(page: Page): Promise<RunRecord[]> {
  const records = await page.evaluate(
    () =>
      new Promise<RunRecord[]>((resolve, reject) => {
        const opening = indexedDB.open('trunkline-runs');
        opening.addEventListener('error', () => reject(opening.error ?? new Error('no storage')));
        opening.addEventListener('success', () => {
          const reading = opening.result.transaction('records').objectStore('records').getAll();
          reading.addEventListener('success', () => {
            opening.result.close();
            resolve(reading.result);
          });
        });
      }),
  );
  return records.toSorted((a, b) => b.createdAt - a.createdAt);
}

/** All that is kept of a run, to the last bit of its weights, in a few letters. */
export function digestOfRun(page: Page, id: string): Promise<string> {
  return page.evaluate(async (run) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('trunkline-runs');
      opening.addEventListener('error', () => reject(opening.error ?? new Error('no storage')));
      opening.addEventListener('success', () => resolve(opening.result));
    });
    const tables = ['records', 'chunks', 'layers', 'evaluations', 'checkpoints', 'parts'];
    const transaction = database.transaction(tables);
    const read = (request: IDBRequest<unknown[]>) =>
      new Promise<unknown[]>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('not read')));
      });
    const all = await Promise.all(
      tables.map((table) => {
        const range = table === 'records' ? IDBKeyRange.only(run) : IDBKeyRange.bound([run], [run, []]);
        return read(transaction.objectStore(table).getAll(range));
      }),
    );
    database.close();
    const text = JSON.stringify(all, (_key, value: unknown) =>
      value instanceof Float32Array
        ? Array.from(new Uint32Array(value.buffer, value.byteOffset, value.length))
        : value,
    );
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, id);
}

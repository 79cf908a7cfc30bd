/** The page of `npm run bench -- imports`: decodes files that were chosen in it. */
import type { ImagePlan } from '#data/decoding/decoder.ts';
import { browserDecoder } from '#data/decoding/pool.ts';
import type { ImageSource } from '#data/importers/importer.ts';
import { openSetStore } from '#data/sets/set-store.ts';

const plan: ImagePlan = {
  shape: { height: 64, width: 64, channels: 3 },
  fit: 'cover',
  background: '#000000',
};

/** So many files; those that were chosen, again and again. */
function filesOf(count: number): File[] {
  const chosen = [...(document.querySelector('input')?.files ?? [])];
  return Array.from({ length: count }, (_, i) => chosen[i % chosen.length]).filter(
    (file) => file !== undefined,
  );
}

const startBare = () => new Worker(new URL('./imports-bare.ts', import.meta.url), { type: 'module' });

/** Milliseconds in which workers decode files to bitmaps and do nothing else. */
async function bare(count: number, workers: number, together: number): Promise<number> {
  const files = filesOf(count);
  const started = Array.from({ length: workers }, startBare);
  const share = Math.ceil(files.length / workers);
  const run = (worker: Worker, part: File[]) =>
    new Promise<void>((resolve, reject) => {
      worker.addEventListener('message', () => resolve());
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
      worker.postMessage({ files: part, together });
    });
  await Promise.all(started.map((worker) => run(worker, [])));
  const start = performance.now();
  await Promise.all(started.map((worker, i) => run(worker, files.slice(i * share, (i + 1) * share))));
  const taken = performance.now() - start;
  for (const worker of started) worker.terminate();
  return taken;
}

const sourcesOf = (count: number) =>
  filesOf(count).map((file): ImageSource => ({
    kind: 'encoded',
    file: { path: file.name, bytes: file.size, blob: async () => file },
  }));

/** Milliseconds in which files become a data set that is kept: decoded, written, durable. */
async function imported(count: number, workers: number): Promise<number> {
  const sources = sourcesOf(count);
  const store = await openSetStore('trunkline-bench-sets');
  const decoder = browserDecoder({ workers });
  const start = performance.now();
  const writer = await store.create({
    name: 'Bench',
    source: 'files',
    image: plan.shape,
    origins: ['Bench'],
    signature: 'bench',
    total: sources.length,
  });
  await decoder.decode(sources, {
    plan,
    from: 0,
    signal: new AbortController().signal,
    onBatch: (batch) => writer.append(batch),
  });
  const taken = performance.now() - start;
  decoder.close();
  if (writer.digests.length !== count || writer.skipped.length > 0)
    throw new Error(`${writer.digests.length} of ${count} were decoded: ${writer.skipped[0]?.reason}`);
  await writer.abandon();
  store.close();
  return taken;
}

/** Milliseconds of decoding alone, as the pool does it. */
async function decoded(count: number, workers: number): Promise<number> {
  const sources = sourcesOf(count);
  const decoder = browserDecoder({ workers });
  const start = performance.now();
  await decoder.decode(sources, {
    plan,
    from: 0,
    signal: new AbortController().signal,
    onBatch: async () => {},
  });
  const taken = performance.now() - start;
  decoder.close();
  return taken;
}

Object.assign(globalThis, { bench: { bare, decoded, imported } });

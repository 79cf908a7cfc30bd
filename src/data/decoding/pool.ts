/** Decodes pictures in this browser's workers; may itself be used in a worker. */
import type { ImageSource } from '../importers/importer.ts';
import { batchesAhead, endOfBatch, joinBatches } from './batches.ts';
import { Crew } from './crew.ts';
import type { DecodedBatch, Decoder, ImagePlan, PictureFacts } from './decoder.ts';
import { DecoderWorker } from './decoder-worker.ts';
import { factsOf, readBlobHeader } from './header.ts';
import { inOrder } from './in-order.ts';
import { readItems } from './read-items.ts';

export interface BrowserDecoderOptions {
  /** As many as the machine has cores, 1…8, where it is left out. */
  readonly workers?: number;
  /** Milliseconds that a picture may take: 30,000 where it is left out, many times what the largest one needs. */
  readonly patience?: number;
  /** Makes a worker. */
  readonly start?: () => Worker;
}

const startWorker = () =>
  new Worker(new URL('./entry-decoder.ts', import.meta.url), { type: 'module', name: 'decoder' });

const coresOf = () => Math.max(1, Math.min(8, navigator.hardwareConcurrency || 1));

/** Some pictures in their order. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function* rangesOf(sources: readonly ImageSource[], from: number, plan: ImagePlan): Generator<Range> {
  for (let start = from; start < sources.length;) {
    const end = endOfBatch(sources, start, plan.shape);
    yield { start, end };
    start = end;
  }
}

/** Decodes pictures in a pool of workers, which start with the first of them. */
export function browserDecoder({
  workers = coresOf(),
  patience = 30_000,
  start = startWorker,
}: BrowserDecoderOptions = {}): Decoder {
  const crews = new Set<Crew>();
  const closing = new AbortController();
  return {
    probe: probeSource,
    async decode(sources, { plan, from, signal, onBatch }) {
      const crew = new Crew(workers, () => new DecoderWorker(start, patience));
      crews.add(crew);
      try {
        await inOrder({
          tasks: rangesOf(sources, from, plan),
          ...batchesAhead(plan.shape, workers),
          signal: AbortSignal.any([signal, closing.signal]),
          work: (range) => decodeRange(sources, range, plan, crew),
          take: (batches) => onBatch(joinBatches(batches)),
        });
      } finally {
        crews.delete(crew);
        crew.close();
      }
    },
    close() {
      closing.abort(new Error('The decoder was closed.'));
    },
  };
}

async function decodeRange(
  sources: readonly ImageSource[],
  { start, end }: Range,
  plan: ImagePlan,
  crew: Crew,
): Promise<DecodedBatch> {
  const { pixels, digests, failed } = await crew.decode(() => readItems(sources.slice(start, end)), plan);
  return {
    start,
    end,
    pixels,
    digests,
    failed: failed.map(({ index, reason }) => ({ place: start + index, reason })),
  };
}

async function probeSource(source: ImageSource): Promise<PictureFacts> {
  if (source.kind === 'encoded') return factsOf(await readBlobHeader(await source.file.blob()));
  const { width, height, channels } = source.block.shape;
  return { width, height, isGrey: channels === 1 || null, hasAlpha: false };
}

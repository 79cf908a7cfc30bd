/** Streams of bytes that are read no further than they may be. */
import { ImportError } from './importer.ts';

/** What is unpacked may be so many times what is packed: pictures hardly shrink, and zeros shrink a thousandfold. */
export const mostRatio = 200;
/** Below that, tables of few words may well shrink more. */
export const alwaysFine = 64e6;
/** Nothing that is unpacked at once may be larger. */
export const mostUnpacked = 4e9;

/** What so many packed bytes may grow to. */
function mayGrowTo(packed: number): number {
  return Math.min(mostUnpacked, Math.max(alwaysFine, packed * mostRatio));
}

/** Hands on what flows through, and fails once it is more than it may be. */
export function limited(file: string, most: number): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.length;
      if (length > most) controller.error(new ImportError(file, tooMuch(most)));
      else controller.enqueue(chunk);
    },
  });
}

/** Why something is not unpacked. */
export function tooMuch(most: number): string {
  return `it unpacks to more than ${Math.round(most / 1e6)} MB, which is more than such files hold: it may be made to fill the memory.`;
}

/** A gzip stream unpacked. Rejects with ImportError where it is damaged or grows beyond all measure. */
export async function gunzip(packed: Blob, file: string): Promise<Blob> {
  try {
    const stream = packed.stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream.pipeThrough(limited(file, mayGrowTo(packed.size)))).blob();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(file, 'it is damaged, or no gzip file.');
  }
}

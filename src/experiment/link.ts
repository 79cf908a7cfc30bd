/** The experiment in a URL's hash: `#e=` and the deflated JSON in base64url. */
import { parseExperimentText } from './parse.ts';
import { ExperimentError } from './problem.ts';
import type { Experiment } from './schema.ts';

const prefix = '#e=';
/** A document is a few kB; a crafted link must not inflate to gigabytes. */
const maximumBytes = 4_000_000;

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: TransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough<Uint8Array>(transform).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const chunk = new Uint8Array(next.value);
    chunks.push(chunk);
    length += chunk.length;
    if (length > maximumBytes) throw new RangeError(`it unpacks to more than ${maximumBytes} bytes`);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** The hash of a link that opens this experiment. */
export async function toHash(experiment: Experiment): Promise<string> {
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(experiment)),
    new CompressionStream('deflate-raw'),
  );
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return prefix + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * The experiment of a URL's hash; undefined where the hash holds none.
 * Throws ExperimentError where it is damaged or invalid.
 */
export async function fromHash(hash: string): Promise<Experiment | undefined> {
  if (!hash.startsWith(prefix)) return undefined;
  let text: string;
  try {
    const binary = atob(hash.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch (error) {
    throw new ExperimentError([
      {
        path: 'link',
        rule: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        found: hash.slice(0, 24),
        remedy: 'It may have been cut off: copy the whole link again.',
      },
    ]);
  }
  return parseExperimentText(text);
}

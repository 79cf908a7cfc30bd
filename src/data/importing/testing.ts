/** Pictures for tests, and a decoder that reads just those: BMP without compression, which needs no library. */
import type { DecodedBatch, Decoder } from '../decoding/decoder.ts';
import type { ImageSource } from '../importers/importer.ts';
import type { SourceFile } from '../importers/source-file.ts';

/** A picture of one colour, 24 bits a pixel. */
export function bmp(width: number, height: number, [red, green, blue]: readonly [number, number, number]) {
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + row * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [34, row * height],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes.set([blue, green, red], 54 + y * row + 3 * x);
  return bytes;
}

export function file(path: string, content: BlobPart): SourceFile {
  const blob = new Blob([content]);
  return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
}

async function bytesOf(source: ImageSource): Promise<Uint8Array> {
  if (source.kind === 'pixels') return source.block.read(source.index, source.index + 1);
  return new Uint8Array(await (await source.file.blob()).arrayBuffer());
}

async function open(source: ImageSource) {
  const bytes = await bytesOf(source);
  if (source.kind === 'pixels') return { bytes, ...source.block.shape };
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw new Error('is no picture');
  const view = new DataView(bytes.buffer);
  return {
    bytes: bytes.slice(54),
    width: view.getUint32(18, true),
    height: view.getUint32(22, true),
    channels: 3,
  };
}

/** One byte of the picture's first stands for all of it: enough to tell which picture an image is. */
export function bmpDecoder(batch = 4): Decoder {
  return {
    async probe(source) {
      const { width, height, channels } = await open(source);
      return { width, height, isGrey: channels === 1, hasAlpha: false };
    },
    async decode(sources, { plan, from, signal, onBatch }) {
      const size = plan.shape.width * plan.shape.height * plan.shape.channels;
      for (let start = from; start < sources.length; start += batch) {
        signal.throwIfAborted();
        const end = Math.min(sources.length, start + batch);
        const pixels: number[] = [];
        const digests: string[] = [];
        const failed: { place: number; reason: string }[] = [];
        for (const [i, source] of sources.slice(start, end).entries()) {
          try {
            const { bytes } = await open(source);
            pixels.push(...new Uint8Array(size).fill(bytes[0] ?? 0));
            digests.push([...bytes].join(' '));
          } catch (error) {
            failed.push({ place: start + i, reason: error instanceof Error ? error.message : '' });
          }
        }
        const made: DecodedBatch = { start, end, pixels: Uint8Array.from(pixels), digests, failed };
        await onBatch(made);
      }
    },
    close: () => {},
  };
}

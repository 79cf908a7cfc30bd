/** The pool of decoders in a real browser: order, limits, hostile pictures, hangs and deaths. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ImageSource } from '../importers/importer.ts';
import type { DecodedBatch, Decoder, ImagePlan } from './decoder.ts';
import { browserDecoder, type BrowserDecoderOptions } from './pool.ts';

const plan: ImagePlan = {
  shape: { height: 16, width: 16, channels: 3 },
  fit: 'cover',
  background: '#000000',
};

const encoded = (content: BlobPart | Blob, path = 'picture.png'): ImageSource => {
  const blob = content instanceof Blob ? content : new Blob([content]);
  return { kind: 'encoded', file: { path, bytes: blob.size, blob: async () => blob } };
};

/** A PNG of one colour. */
async function picture(colour: string, width = 16, height = 16): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return canvas.convertToBlob();
}

const decoders: Decoder[] = [];
function open(options?: BrowserDecoderOptions): Decoder {
  const decoder = browserDecoder(options);
  decoders.push(decoder);
  return decoder;
}
afterEach(() => {
  for (const decoder of decoders.splice(0)) decoder.close();
});

async function decodeAll(
  sources: readonly ImageSource[],
  { decoder = open({ workers: 2 }), from = 0, of = plan } = {},
): Promise<DecodedBatch[]> {
  const batches: DecodedBatch[] = [];
  await decoder.decode(sources, {
    plan: of,
    from,
    signal: new AbortController().signal,
    onBatch: async (batch) => void batches.push(batch),
  });
  return batches;
}

const reasonsOf = (batches: readonly DecodedBatch[]) =>
  Object.fromEntries(batches.flatMap(({ failed }) => failed.map(({ place, reason }) => [place, reason])));

describe('browserDecoder', () => {
  it('gives hundreds of pictures in their order, from a place on, whatever workers finish first', async () => {
    const colours = Array.from({ length: 300 }, (_, i) => i % 256);
    const sources = await Promise.all(
      colours.map(async (red, i) => encoded(await picture(`rgb(${red} 20 ${i >> 8})`, i % 7 ? 16 : 400))),
    );
    const batches = await decodeAll(sources, { decoder: open({ workers: 3 }), from: 5 });
    expect(batches[0]?.start).toBe(5);
    for (const [i, batch] of batches.entries()) expect(batch.start).toBe(batches[i - 1]?.end ?? 5);
    expect(batches.at(-1)?.end).toBe(300);
    const size = 16 * 16 * 3;
    const reds = batches.flatMap(({ pixels }) =>
      Array.from({ length: pixels.length / size }, (_, i) => pixels[i * size]),
    );
    expect(reds).toEqual(colours.slice(5));
    expect(new Set(batches.flatMap(({ digests }) => digests)).size).toBe(295);
  });

  it('resizes and converts pixels that were never encoded, as encoded ones', async () => {
    const pixels = Uint8Array.from({ length: 2 * 32 * 32 }, (_, i) => (i >= 1024 ? 200 : 0));
    const block = {
      shape: { height: 32, width: 32, channels: 1 },
      count: 2,
      read: async (start: number, end: number) => pixels.slice(start * 1024, end * 1024),
    } as const;
    const batches = await decodeAll([1, 0, 1].map((index) => ({ kind: 'pixels', block, index })));
    const [batch] = batches;
    expect([0, 1, 2].map((i) => batch?.pixels[i * 768])).toEqual([200, 0, 200]);
    expect(batch?.digests[0]).toBe(batch?.digests[2]);
    expect(batch?.digests[0]).not.toBe(batch?.digests[1]);
    const facts = await open().probe({ kind: 'pixels', block, index: 0 });
    expect(facts).toEqual({ width: 32, height: 32, isGrey: true, hasAlpha: false });
  });

  it('lists what is no picture or too large, and why, and decodes the others', async () => {
    const good = await picture('#f00');
    const bytes = new Uint8Array(await good.arrayBuffer());
    const huge = bytes.slice();
    new DataView(huge.buffer).setUint32(16, 65_535);
    new DataView(huge.buffer).setUint32(20, 65_535);
    const cut = bytes.slice(0, bytes.length - 40);
    const svg =
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/x")</script></svg>';
    const batches = await decodeAll([
      encoded(good),
      encoded(''),
      encoded(new Uint8Array(500)),
      encoded('<!doctype html><title>404</title>', 'a.png'),
      encoded(svg, 'b.png'),
      encoded(huge),
      encoded(cut),
      {
        kind: 'encoded',
        file: { path: 'x.png', bytes: 3, blob: () => Promise.reject(new Error('is encrypted')) },
      },
      encoded(new Blob(Array.from({ length: 201 }, () => new Uint8Array(1e6)))),
      encoded(good),
    ]);
    expect(reasonsOf(batches)).toEqual({
      1: 'is empty: it has 0 bytes',
      2: 'is no picture: it holds only zeros',
      3: 'is no picture that can be read: it holds HTML',
      4: 'is no picture that can be read: it holds an SVG drawing, which is not decoded because it can hold scripts',
      5: 'says to be 65535 × 65535 pixels, 4,295 megapixels: up to 100 are read',
      6: 'is damaged or cut off: the browser could not decode it',
      7: 'could not be read: is encrypted',
      8: 'has 201 MB: files of up to 200 MB are read',
    });
    expect(batches.flatMap(({ digests }) => digests)).toHaveLength(2);
  });

  it('ends a worker that hangs or dies, and only the picture that did it fails', async () => {
    const good = await picture('#0f0');
    const source = Array.from({ length: 150 }, () => encoded(good));
    source[3] = encoded('HANG');
    source[90] = encoded('DIE');
    source[140] = encoded('THROW');
    const start = () =>
      new Worker(new URL('./testing-hostile-worker.ts', import.meta.url), { type: 'module' });
    const batches = await decodeAll(source, { decoder: open({ workers: 2, patience: 3000, start }) });
    const reasons = reasonsOf(batches);
    expect(Object.keys(reasons)).toEqual(['3', '90', '140']);
    expect(reasons[3]).toContain('takes too long to decode');
    expect(reasons[90]).toContain('broke its decoder');
    expect(batches.flatMap(({ digests }) => digests)).toHaveLength(147);
  });

  it('stops at once where it is cancelled or closed, or where a batch cannot be taken, and can be used again', async () => {
    const good = await picture('#00f');
    const sources = Array.from({ length: 400 }, () => encoded(good));
    const decoder = open({ workers: 2 });
    const aborter = new AbortController();
    let taken = 0;
    const decoding = decoder.decode(sources, {
      plan,
      from: 0,
      signal: aborter.signal,
      onBatch: async () => {
        taken += 1;
        aborter.abort(new Error('Cancelled.'));
      },
    });
    await expect(decoding).rejects.toThrow('Cancelled.');
    expect(taken).toBe(1);
    const full = decoder.decode(sources, {
      plan,
      from: 0,
      signal: new AbortController().signal,
      onBatch: () => Promise.reject(new Error('The disk is full.')),
    });
    await expect(full).rejects.toThrow('The disk is full.');
    expect((await decodeAll(sources, { decoder })).at(-1)?.end).toBe(400);
  });

  it('says where workers cannot be started', async () => {
    const start = () => new Worker('data:text/javascript,throw new Error()');
    const decoding = decodeAll([encoded(await picture('#fff'))], { decoder: open({ start }) });
    await expect(decoding).rejects.toThrow('never started');
  });

  it('probes pictures by their first bytes', async () => {
    const decoder = open();
    expect(await decoder.probe(encoded(await picture('#123456', 40, 20)))).toEqual({
      width: 40,
      height: 20,
      isGrey: null,
      hasAlpha: true,
    });
    await expect(decoder.probe(encoded('hello'))).rejects.toThrow('it holds text');
  });
});

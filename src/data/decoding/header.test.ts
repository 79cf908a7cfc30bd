/** Headers of real pictures, and of what a hostile hand makes of them. */
import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/pictures.json';
import { factsOf, readBlobHeader, readHeader } from './header.ts';
import { HeaderCutOff } from './headers/byte-reader.ts';
import { randomIntegers, unpack } from './testing.ts';
import { whatItHolds } from './what-it-holds.ts';

const pictures = fixtures.pictures.map(({ file, ...rest }) => ({ ...rest, bytes: unpack(file) }));

describe('readHeader', () => {
  it.each(pictures)('knows size, format and alpha of: $name', ({ name, bytes, width, height }) => {
    const header = readHeader(bytes);
    expect(factsOf(header)).toMatchObject({ width, height, hasAlpha: /alpha|clear/.test(name) });
    expect(name).toContain(header.format);
    const orientation = /orientation (\d)/.exec(name)?.[1];
    if (orientation) expect(header.orientation).toBe(Number(orientation));
  });

  it('knows what is grey from the header alone, and says where only pixels would tell', () => {
    const greyOf = (name: string) => {
      const bytes = pictures.find((picture) => picture.name === name)?.bytes ?? new Uint8Array();
      return readHeader(bytes).isGrey;
    };
    expect(['PNG, grey', 'PNG, 16-bit grey', 'PNG, 1 bit', 'JPEG, grey'].map(greyOf)).toEqual(
      Array(4).fill(true),
    );
    expect(['PNG, 8-bit colour', 'PNG, palette', 'JPEG, progressive'].map(greyOf)).toEqual(
      Array(3).fill(null),
    );
  });

  it('asks for more wherever a picture ends before its header does', () => {
    for (const { bytes } of pictures)
      for (let length = 32; length < bytes.length; length += 7)
        try {
          readHeader(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(HeaderCutOff);
        }
  });

  it('refuses gigapixels, and pictures without any', () => {
    const bytes = pictures[0]?.bytes.slice() ?? new Uint8Array();
    const view = new DataView(bytes.buffer);
    view.setUint32(16, 10_001);
    view.setUint32(20, 10_000);
    expect(() => readHeader(bytes)).toThrow('100 megapixels: up to 100 are read');
    view.setUint32(20, 9_999);
    expect(readHeader(bytes).height).toBe(9_999);
    view.setUint32(20, 0);
    expect(() => readHeader(bytes)).toThrow('is damaged: it says to be 10001 × 0 pixels');
  });

  it('stays calm on 500 mutations of each picture: facts within the limits, or a reason in words', () => {
    const next = randomIntegers(6);
    for (const { bytes } of pictures)
      for (let round = 0; round < 500; round++) {
        const mutated = bytes.slice(0, next(4) === 0 ? next(bytes.length) : bytes.length);
        for (let flips = 1 + next(8); flips > 0 && mutated.length > 0; flips--)
          mutated[next(Math.min(mutated.length, next(2) ? 64 : mutated.length))] = next(3) ? next(256) : 255;
        try {
          const { width, height } = readHeader(mutated);
          expect(width * height).toBeLessThanOrEqual(100e6);
        } catch (error) {
          expect(error).not.toBeInstanceOf(RangeError);
          expect(String(error)).toMatch(/^(Error|HeaderCutOff): (is|says) /);
        }
      }
  });

  it('reads far into a file whose size stands behind a lot', async () => {
    const jpeg = pictures.find(({ name }) => name === 'JPEG, grey')?.bytes ?? new Uint8Array();
    const segment = new Uint8Array(65_535);
    segment.set([0xff, 0xed, 0xff, 0xfd]);
    const blob = new Blob([jpeg.slice(0, 2), ...Array.from({ length: 20 }, () => segment), jpeg.slice(2)]);
    expect(await readBlobHeader(blob)).toMatchObject({ width: 24, height: 16 });
    await expect(readBlobHeader(blob.slice(0, 100_000))).rejects.toThrow('is cut off');
  });
});

describe('whatItHolds', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  it.each([
    ['<!DOCTYPE html><h1>Not found', 'it holds HTML'],
    ['\n<html>', 'it holds HTML'],
    ['<!-- saved --><svg>', 'it holds an SVG drawing'],
    [
      '\ufeff<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"><svg>',
      'it holds an SVG drawing',
    ],
    ['<?xml version="1.0"?><list/>', 'it holds XML'],
    ['%PDF-1.7', 'it holds a PDF'],
    ['{"error": 404}', 'it holds JSON'],
    ['version https://git-lfs.github.com/spec/v1', 'Git LFS'],
    ['\0\0\0\x18ftypheic', 'HEIC'],
    ['II*\0', 'TIFF'],
  ])('%j', (text, reason) => {
    expect(whatItHolds(bytesOf(text))).toContain(reason);
  });

  it('does not hang on text made for that', () => {
    expect(whatItHolds(bytesOf('<!---->'.repeat(140)))).toContain('it holds text');
    expect(whatItHolds(bytesOf(`${'<!-- -->'.repeat(100)}<svg onload="x">`))).toContain('it holds an SVG');
  });
});

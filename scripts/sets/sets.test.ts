import { execFileSync } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RawTable } from '#data/importers/importer.ts';
import { recognise } from '#data/importers/index.ts';
import { Listing } from '#data/importers/listing.ts';
import { guessColumn } from '#data/understanding/guess.ts';
import { makeEmoji } from './emoji.mjs';
import { coloursOf, makeFlags } from './flags.mjs';

let out = '';
beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'trunkline-set-'));
});
afterEach(() => rm(out, { recursive: true }));

/** All files below a folder, as if it had been dropped. */
async function listingOf(folder: string, only = /./): Promise<Listing> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => only.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const place = path.join(folder, name);
      const { size } = await stat(place);
      return { path: `set/${name}`, bytes: size, blob: () => openAsBlob(place) };
    }),
  );
  return new Listing('set', files);
}

async function importOf(listing: Listing): Promise<{ id: string; table: RawTable; kinds: object }> {
  const [first] = await recognise(listing);
  const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
  const table = await first?.read(listing, context);
  if (!first || !table) throw new Error('nothing was read');
  const kinds = Object.fromEntries(
    table.columns.map((column) => [column.name, guessColumn(column).plan.kind]),
  );
  return { id: first.id, table, kinds };
}

/** Fetching two packages of 75 MB takes its time, once. */
const long = 600_000;

test(
  'emoji of two vendors',
  async () => {
    expect(await makeEmoji(out, { count: 400, size: 32 })).toBe(400);
    const { id, table, kinds } = await importOf(await listingOf(out, /\.(png|csv)$/));
    expect(id).toBe('tables');
    expect(kinds).toMatchObject({
      category: 'class',
      subcategory: 'class',
      style: 'class',
      skin_tones: 'class',
    });
    expect(table.samples).toHaveLength(400);
    expect(table.leftOut).toEqual([]);
    const [sample] = table.samples;
    if (sample?.image.kind !== 'encoded') throw new Error('no file');
    const { width, height, format } = await sharp(
      await (await sample.image.file.blob()).arrayBuffer(),
    ).metadata();
    expect([width, height, format]).toEqual([32, 32, 'png']);
  },
  long,
);

test(
  'flags with continents and colours',
  async () => {
    expect(await makeFlags(out, { count: 60, size: 24 })).toBe(60);
    const { id, table, kinds } = await importOf(await listingOf(out, /\.(png|csv)$/));
    expect(id).toBe('tables');
    expect(kinds).toEqual({ continent: 'class', colours: 'labels', country: 'ignore' });
    expect(table.leftOut).toEqual([]);
    // a tricolour
    const stripes = Uint8Array.from([0, 35, 149, 255, 255, 255, 237, 41, 57]);
    expect(coloursOf(stripes)).toEqual(['white', 'red', 'blue']);
  },
  long,
);

test(
  'digits as folders and as arrays',
  async () => {
    execFileSync('/usr/bin/python3', ['scripts/sets/digits.py', out, '--count', '50'], { stdio: 'ignore' });
    const folders = await importOf(await listingOf(path.join(out, 'pictures'), /\.png$/));
    expect(folders.id).toBe('folders');
    expect(folders.table.samples.filter(({ split }) => split === 'test')).toHaveLength(10);
    expect(folders.table.columns.map(({ cells }) => new Set(cells).size)).toEqual([2, 10]);
    const arrays = await importOf(await listingOf(out, /\.npz$/));
    expect(arrays.id).toBe('arrays');
    expect(arrays.table.columns.map(({ name }) => name).toSorted()).toEqual(['label', 'parity']);
    expect(arrays.table.samples).toHaveLength(50);
  },
  long,
);

import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { withArchives } from './archives.ts';
import { ImportError } from './importer.ts';
import type { SourceFile } from './source-file.ts';

const source = (path: string, content: BlobPart): SourceFile => {
  const blob = new Blob([content]);
  return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
};
/** Made by scripts/fixtures/archives.py with Python's zipfile and tarfile, and Info-ZIP. */
const fixture = async (name: string) =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));
const open = async (name: string) => withArchives([source(name, await fixture(name))]);
const textOf = async (file: SourceFile) => (await file.blob()).text();

const long = `${'a-folder-with-a-long-name/'.repeat(5)}picture.png`;

test.each(['plain.zip', 'streamed-64-bit.zip', 'ustar.tar', 'gnu.tar', 'pax.tar.gz'])('%s', async (name) => {
  const { files, leftOut } = await open(name);
  const folder = name.replace(/\.(zip|tar|tar\.gz)$/, '');
  const contents = await Promise.all(files.map(async (file) => [file.path, file.bytes, await textOf(file)]));
  expect(contents).toEqual([
    [`${folder}/cats/1.png`, 3, 'one'],
    [`${folder}/dogs/größe 2.png`, 3000, 'two'.repeat(1000)],
    [`${folder}/${long}`, 5, 'three'],
    [`${folder}/empty.txt`, 0, ''],
  ]);
  expect(leftOut).toEqual([]);
});

test('an encrypted archive says so when its file is read', async () => {
  const { files } = await open('encrypted.zip');
  const [file] = files;
  await expect(file?.blob()).rejects.toThrow('encrypted.zip/secret.png: it is encrypted: unpack it first.');
});

test('archives beside other files; one that cannot be read is left out with its reason', async () => {
  const { files, leftOut } = await withArchives([
    source('a.png', 'a'),
    source('x/plain.zip', await fixture('plain.zip')),
    source('bad.zip', '<html>no zip</html>'),
    source('bad.tar', 'x'.repeat(2000)),
    source('bad.tgz', 'x'.repeat(2000)),
  ]);
  expect(files.map(({ path }) => path)).toEqual([
    'a.png',
    'x/plain/cats/1.png',
    'x/plain/dogs/größe 2.png',
    `x/plain/${long}`,
    'x/plain/empty.txt',
  ]);
  expect(leftOut.map(({ name, reason }) => [name, reason.split(' (')[0]])).toEqual([
    ['bad.zip', 'it is damaged, or no zip archive that can be read'],
    ['bad.tar', 'it is damaged at byte 0.'],
    ['bad.tgz', 'it is damaged, or no gzip file.'],
  ]);
  await expect(withArchives([source('bad.zip', '')])).rejects.toThrow(ImportError);
});

test('a zip that would fill the memory is not unpacked; a table that shrinks well is', async () => {
  const bomb = zipSync({ 'zeros.png': new Uint8Array(100e6), 'rows.csv': new Uint8Array(10e6) });
  const { files } = await withArchives([source('bomb.zip', new Uint8Array(bomb))]);
  const [zeros, rows] = files;
  await expect(zeros?.blob()).rejects.toThrow('bomb.zip/zeros.png: it unpacks to more than 64 MB');
  expect((await rows?.blob())?.size).toBe(10e6);
});

test('a zip that lies about its sizes is stopped where it said it would end', async () => {
  const zip = new Uint8Array(zipSync({ 'a.png': new Uint8Array(50_000) }));
  const view = new DataView(zip.buffer);
  const directory = zip.findLastIndex(
    (_, at) => at + 4 <= zip.length && view.getUint32(at, true) === 0x02014b50,
  );
  view.setUint32(directory + 24, 100, true);
  const { files } = await withArchives([source('liar.zip', zip)]);
  await expect(files[0]?.blob()).rejects.toThrow(ImportError);
});

test('bits that flipped are noticed', async () => {
  const zip = new Uint8Array(
    zipSync({ 'a.png': [Uint8Array.from({ length: 1000 }, (_, i) => i % 251), { level: 0 }] }),
  );
  zip[500] = (zip[500] ?? 0) ^ 1;
  const { files } = await withArchives([source('flipped.zip', zip)]);
  await expect(files[0]?.blob()).rejects.toThrow('flipped.zip/a.png: it is damaged');
});

test('an archive that is cut off', async () => {
  const zip = await fixture('plain.zip');
  await expect(withArchives([source('cut.zip', zip.slice(0, -30))])).rejects.toThrow(
    'cut.zip: it is damaged',
  );
  const tar = await fixture('gnu.tar');
  await expect(withArchives([source('cut.tar', tar.slice(0, 3000))])).rejects.toThrow(
    'cut.tar: it is cut off in',
  );
  const packed = await fixture('pax.tar.gz');
  await expect(withArchives([source('cut.tar.gz', packed.slice(0, -20))])).rejects.toThrow(
    'cut.tar.gz: it is damaged',
  );
});

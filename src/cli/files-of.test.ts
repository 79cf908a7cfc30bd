import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesOf } from './files-of.ts';

const root = mkdtempSync(path.join(tmpdir(), 'trunkline-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (...steps: string[]) => path.join(root, ...steps);
function put(name: string, text = name): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const paths = async (place: string) => (await filesOf(at(place))).files.map((file) => file.path);

test('a folder with all below it, in order, read when asked for', async () => {
  put('pets/dogs/2.png', 'two');
  put('pets/cats/1.png');
  put('pets/a.csv', '');
  const { name, files, leftOut } = await filesOf(at('pets'));
  expect(name).toBe('pets');
  expect(files.map((file) => [file.path, file.bytes])).toEqual([
    ['pets/a.csv', 0],
    ['pets/cats/1.png', 15],
    ['pets/dogs/2.png', 3],
  ]);
  expect(leftOut).toEqual([]);
  expect(await (await files[2]!.blob()).text()).toBe('two');
  rmSync(at('pets/dogs/2.png'));
  await expect(files[2]!.blob()).rejects.toThrow('cannot be read: there is no such file');
});

test('one file is itself; a folder may be given with a slash, and from where one stands', async () => {
  put('one/pets.tar.gz');
  const { name, files } = await filesOf(at('one/pets.tar.gz'));
  expect([name, files.map((file) => file.path)]).toEqual(['pets', ['pets.tar.gz']]);
  expect((await filesOf(`${at('one')}/`)).name).toBe('one');
  expect((await filesOf(path.relative('.', at('one')))).name).toBe('one');
  await expect(filesOf(at('nowhere'))).rejects.toThrow(/nowhere cannot be opened: there is no such file\./);
});

test('a large file is a view of the disk, from any place', async () => {
  const bytes = new Uint8Array(9 << 20);
  bytes.set([1, 2, 3], 8 << 20);
  mkdirSync(at('large'));
  writeFileSync(at('large/block.npy'), bytes);
  const blob = await (await filesOf(at('large'))).files[0]!.blob();
  expect(blob.size).toBe(9 << 20);
  expect([...new Uint8Array(await blob.slice(8 << 20, (8 << 20) + 3).arrayBuffer())]).toEqual([1, 2, 3]);
});

test('links are followed, and those that go round or nowhere are named', async () => {
  put('elsewhere/1.png');
  put('links/inner/2.png');
  symlinkSync(at('elsewhere'), at('links/linked'));
  symlinkSync(at('elsewhere/1.png'), at('links/3.png'));
  symlinkSync('..', at('links/inner/up'));
  symlinkSync('.', at('links/inner/self'));
  symlinkSync('gone', at('links/gone.png'));
  // Two folders that lead to each other.
  symlinkSync(at('links'), at('elsewhere/back'));
  const { files, leftOut } = await filesOf(at('links'));
  expect(files.map((file) => file.path)).toEqual(['links/3.png', 'links/inner/2.png', 'links/linked/1.png']);
  expect(leftOut.map(({ name, reason }) => [name, reason])).toEqual([
    ['links/gone.png', 'is a link that leads nowhere'],
    ['links/inner/self', 'is a link to a folder around it'],
    ['links/inner/up', 'is a link to a folder around it'],
    ['links/linked/back', 'is a link to a folder around it'],
  ]);
});

test('a folder 1,500 deep is left at its 64th, and the rest is found', async () => {
  put('deep/1.png');
  mkdirSync(at('deep', ...Array.from({ length: 1500 }, () => 'd')), { recursive: true });
  const { files, leftOut } = await filesOf(at('deep'));
  expect(files.map((file) => file.path)).toEqual(['deep/1.png']);
  expect(leftOut).toEqual([
    { kind: 'file', name: `deep${'/d'.repeat(65)}`, reason: 'lies more than 64 folders deep' },
  ]);
});

test('pipes are not waited for, names of old archives are Latin-1, too many files are refused', async () => {
  mkdirSync(at('odd'));
  execFileSync('mkfifo', [at('odd/pipe.png')]);
  execFileSync('bash', ['-c', String.raw`printf five > $'caf\xe9.png'`], { cwd: at('odd') });
  const { files, leftOut } = await filesOf(at('odd'));
  expect(files.map((file) => file.path)).toEqual(['odd/café.png']);
  expect(await (await files[0]!.blob()).text()).toBe('five');
  expect(leftOut).toEqual([
    { kind: 'file', name: 'odd/pipe.png', reason: 'is a pipe, a socket or a device' },
  ]);
  await expect(filesOf(at('pets'), { depth: 64, files: 1 })).rejects.toThrow('There are more than 1 files');
  expect(await paths('odd')).toHaveLength(1);
});

// Root may read everything.
test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be read is named, and the rest is found',
  async () => {
    put('locked/shut/1.png');
    put('locked/2.png');
    chmodSync(at('locked/shut'), 0);
    const { files, leftOut } = await filesOf(at('locked'));
    chmodSync(at('locked/shut'), 0o700);
    expect(files.map((file) => file.path)).toEqual(['locked/2.png']);
    expect(leftOut).toEqual([
      { kind: 'file', name: 'locked/shut', reason: 'is a folder that cannot be read: it may not be read' },
    ]);
  },
);

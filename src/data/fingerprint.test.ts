import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { WholeDataset } from './dataset.ts';
import { fingerprintOf } from './fingerprint.ts';
import { memoryReader } from './image-reader.ts';

function dataset(change: Partial<WholeDataset> = {}): WholeDataset {
  return {
    info: {
      id: 'small',
      name: 'Small',
      description: '',
      licence: '',
      source: '',
      image: { height: 2, width: 2, channels: 1 },
      columns: [],
      counts: { train: 2, validation: 1, test: 1 },
    },
    images: Uint8Array.from({ length: 16 }, (_, i) => i),
    columns: [
      {
        info: { id: 'kind', name: 'Kind', kind: 'class', classes: ['a', 'b'] },
        values: Float32Array.of(0, 1, Number.NaN, 1),
      },
    ],
    split: { train: Uint32Array.of(0, 1), validation: Uint32Array.of(2), test: Uint32Array.of(3) },
    ...change,
  };
}

it('is the digest of digests that docs/files.md describes', async () => {
  const { images, columns, split } = dataset();
  const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();
  const view = (of: ArrayBufferView) => new Uint8Array(of.buffer, of.byteOffset, of.byteLength);
  const head = '[[2,2,1],[["kind","class",["a","b"]]],[2,1,1]]';
  const tables = [images, ...columns.map(({ values }) => values), split.train, split.validation, split.test];
  const expected = sha(Buffer.concat([sha(head), ...tables.map((table) => sha(view(table)))]));
  expect(await fingerprintOf(dataset())).toBe(expected.toString('hex'));
});

it('tells data sets apart by a pixel, a label, a class, or a sample in another part; names do not matter', async () => {
  const base = dataset();
  const [column] = base.columns;
  if (!column) throw new Error('no column');
  const all = [
    base,
    dataset({ images: base.images.with(5, 9) }),
    dataset({ columns: [{ ...column, values: column.values.with(2, 0) }] }),
    dataset({
      columns: [{ ...column, info: { id: 'kind', name: 'Kind', kind: 'class', classes: ['b', 'a'] } }],
    }),
    dataset({ split: { ...base.split, validation: Uint32Array.of(3), test: Uint32Array.of(2) } }),
  ];
  const fingerprints = await Promise.all(all.map(fingerprintOf));
  expect(new Set(fingerprints).size).toBe(all.length);
  expect(await fingerprintOf(dataset({ info: { ...base.info, name: 'Other', description: 'x' } }))).toBe(
    fingerprints[0],
  );
});

it('takes large sets in pieces, and those that threads share', async () => {
  const large = new Uint8Array((16 << 20) + 5).fill(3);
  const pieces = await fingerprintOf(dataset({ images: large }));
  expect(await fingerprintOf(dataset({ images: large.with(large.length - 1, 4) }))).not.toBe(pieces);
  const shared = new Uint8Array(new SharedArrayBuffer(16));
  shared.set(dataset().images);
  expect(await fingerprintOf(dataset({ images: shared }))).toBe(await fingerprintOf(dataset()));
});

it('is the same for images that have to be read, also where a piece ends within an image', async () => {
  const shape = { height: 1, width: 1023, channels: 1 } as const;
  const images = new Uint8Array(16_500 * 1023);
  for (let i = 0; i < images.length; i += 97) images[i] = i % 251;
  const whole = dataset({ info: { ...dataset().info, image: shape }, images });
  expect(images.length).toBeGreaterThan(16 << 20);
  expect(await fingerprintOf({ ...whole, images: memoryReader(images, shape) })).toBe(
    await fingerprintOf(whole),
  );
});

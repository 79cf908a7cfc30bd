/** The safetensors container: round trip, a file by the reference writer, and what a damaged file is told. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FileError } from './file-error.ts';
import { readSafetensors, safetensorsParts } from './safetensors.ts';

const tensors = [
  { name: 'a.weight', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, Number.NaN, Infinity, 1e-40) },
  { name: 'a.count', shape: [], values: BigInt64Array.of(2n ** 53n + 1n) },
  { name: 'b', shape: [0], values: new Float32Array() },
];
const metadata = { step: '3', name: 'Größe "36×36"' };
const written = () => new Blob(safetensorsParts({ tensors, metadata }));

it('reads back what it writes, bit for bit', async () => {
  const read = await readSafetensors(written(), 'file');
  expect(read.metadata).toEqual(metadata);
  expect(read.tensors.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
    tensors.toSorted((a, b) => a.name.localeCompare(b.name)),
  );
});

it('aligns every tensor to its type, whatever the length of the header', async () => {
  for (const padding of ['', 'a', 'ab', 'abcdefg']) {
    const blob = new Blob(safetensorsParts({ tensors, metadata: { padding } }));
    const view = new DataView(await blob.arrayBuffer());
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(view.buffer.slice(8, 8 + length)));
    expect((8 + length) % 8).toBe(0);
    expect(header['a.count'].data_offsets[0] % 8).toBe(0);
    expect(header['a.weight'].data_offsets[0] % 4).toBe(0);
  }
});

it('reads what the reference implementation writes', async () => {
  const bytes = readFileSync(new URL('fixtures/reference.safetensors', import.meta.url));
  const read = await readSafetensors(new Blob([bytes]), 'reference');
  expect(read.metadata).toEqual({ format: 'pt', note: 'made by scripts/fixtures/safetensors_reference.py' });
  expect(Object.fromEntries(read.tensors.map(({ name, ...rest }) => [name, rest]))).toEqual({
    matrix: { shape: [2, 3], values: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5) },
    counter: { shape: [], values: BigInt64Array.of(7n) },
    vector: { shape: [3], values: Float32Array.of(-1, 0, 3.25) },
  });
});

function file(header: unknown, data = new Uint8Array(8), length?: bigint): Blob {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const start = new DataView(new ArrayBuffer(8));
  start.setBigUint64(0, length ?? BigInt(text.length), true);
  return new Blob([start, text, data]);
}

const tensor = (change: object) => file({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change } });

it.each([
  [
    'shorter than its first number',
    new Blob(['short']),
    'w: header: a safetensors file has at least 8 bytes (found 5)',
  ],
  [
    'a header longer than the file',
    file({}, undefined, 1_000_000n),
    'header: its length must be at most 10 bytes (found 1000000)',
  ],
  ['a header of 2⁶³ bytes', file({}, undefined, 2n ** 63n), 'header: its length must be at most 10 bytes'],
  ['a header that is not JSON', file('PK not a header'), 'header: must be JSON (found "PK not a header")'],
  ['a header that is a list', file([1, 2]), 'header: must be a JSON object (found [1,2])'],
  [
    'metadata that is not text',
    file({ __metadata__: { step: 3 } }, new Uint8Array()),
    '__metadata__: must map strings to strings',
  ],
  ['a tensor without offsets', file({ t: { dtype: 'F32', shape: [2] } }), 'tensor t: must have dtype, shape'],
  ['a negative extent', tensor({ shape: [-2] }), 'tensor t: must have dtype, shape'],
  [
    'nine dimensions',
    tensor({ shape: [1, 1, 1, 1, 1, 1, 1, 1, 2] }),
    'tensor t: must have dtype, shape (at most 8 extents)',
  ],
  [
    'half precision',
    tensor({ dtype: 'F16' }),
    'tensor t: must be of type F32 or I64 (found "F16"). Save it with .float() in PyTorch.',
  ],
  [
    'offsets beyond the data',
    tensor({ shape: [4], data_offsets: [0, 16] }),
    'tensor t: must lie within the 8 bytes of data (found [0,16])',
  ],
  [
    'offsets that run backwards',
    tensor({ data_offsets: [8, 0] }),
    'tensor t: must lie within the 8 bytes of data (found [8,0])',
  ],
  [
    'a shape of another size',
    tensor({ shape: [3] }),
    'tensor t: must take 12 bytes for its shape and type (found 8)',
  ],
  ['a shape that overflows', tensor({ shape: [2 ** 31, 2 ** 31, 2 ** 31] }), 'tensor t: must take'],
  [
    'tensors that overlap',
    file({
      t: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      u: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
    }),
    'tensor u: must start where the one before it ends, at byte 8 (found 4)',
  ],
  [
    'a gap',
    tensor({ shape: [1], data_offsets: [4, 8] }),
    'tensor t: must start where the one before it ends, at byte 0 (found 4)',
  ],
  ['bytes that belong to none', file({}), 'data: must be the 0 bytes that the tensors take (found 8)'],
])('refuses %s', async (_what, blob, message) => {
  const error = await readSafetensors(blob, 'w').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileError);
  expect(String(error)).toContain(message);
});

/**
 * The safetensors container, written and read: https://huggingface.co/docs/safetensors (8 bytes header length, JSON
 * header, then the tensors, row-major, little-endian). What the tensors mean is weights.ts's business.
 */
import { z } from 'zod';
import { describe } from '#experiment/problem.ts';
import { sizeOf } from '#lib/shape.ts';
import { FileError } from './file-error.ts';

/** A tensor of one of the types we write: F32, or I64 for counters. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export interface Safetensors {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference reader's own limit; beyond it a crafted length would have us read gigabytes of "header". */
const maximumHeaderBytes = 100_000_000;
/** Torch's limit is 64; nothing of ours has more than 4. A long list of huge extents is how sizes overflow. */
const maximumDimensions = 8;
/** Ours have some hundred. Each costs an object, and a hundred thousand already take a noticeable while. */
const maximumTensors = 100_000;

const types = {
  F32: { bytes: 4, view: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  I64: { bytes: 8, view: (buffer: ArrayBuffer) => new BigInt64Array(buffer) },
} as const;

/** The bytes of a typed array; copied only where threads share them, which a Blob refuses. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

/**
 * The file in parts, to be laid one after the other. Tensors are views, not copies. Wider types come first and the
 * header is padded to a multiple of 8 bytes, so that every tensor is aligned.
 */
export function safetensorsParts({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer>[] {
  const counters = tensors.filter(({ values }) => values instanceof BigInt64Array);
  const ordered = [...counters, ...tensors.filter(({ values }) => values instanceof Float32Array)];
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let end = 0;
  for (const { name, shape, values } of ordered) {
    const begin = end;
    end += values.byteLength;
    const dtype = values instanceof Float32Array ? 'F32' : 'I64';
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return [length, header, ...ordered.map(({ values }) => bytesOf(values))];
}

const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());
const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(maximumDimensions),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Where a tensor lies in the data, and what it is. */
interface Entry {
  readonly name: string;
  readonly type: keyof typeof types;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

async function readHeader(
  file: Blob,
  name: string,
): Promise<{ header: Record<string, unknown>; data: Blob }> {
  const refuse = (rule: string, found: unknown): FileError =>
    new FileError(name, {
      path: 'header',
      rule,
      found: describe(found),
      remedy: 'It is damaged, or no safetensors file: export it again.',
    });
  if (file.size < 8) throw refuse('a safetensors file has at least 8 bytes', file.size);
  const length = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
  const most = Math.min(maximumHeaderBytes, file.size - 8);
  if (length > BigInt(most)) throw refuse(`its length must be at most ${most} bytes`, Number(length));
  const text = await file.slice(8, 8 + Number(length)).text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('must be JSON', text.slice(0, 40));
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw refuse('must be a JSON object', json);
  return { header: header.data, data: file.slice(8 + Number(length)) };
}

function readEntry(name: string, value: unknown, dataBytes: number, file: string): Entry {
  const refuse = (
    rule: string,
    found: unknown,
    remedy = 'The file is damaged: export it again.',
  ): FileError => new FileError(file, { path: `tensor ${name}`, rule, found: describe(found), remedy });
  const parsed = tensorSchema.safeParse(value);
  if (!parsed.success) {
    throw refuse(`must have dtype, shape (at most ${maximumDimensions} extents) and data_offsets`, value);
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const [begin, end] = offsets;
  if (dtype !== 'F32' && dtype !== 'I64')
    throw refuse('must be of type F32 or I64', dtype, 'Save it with .float() in PyTorch.');
  if (begin > end || end > dataBytes) throw refuse(`must lie within the ${dataBytes} bytes of data`, offsets);
  if (sizeOf(shape) * types[dtype].bytes !== end - begin)
    throw refuse(`must take ${sizeOf(shape) * types[dtype].bytes} bytes for its shape and type`, end - begin);
  return { name, type: dtype, shape, begin, end };
}

/** Tensors must cover the data without a gap or an overlap: nothing hides in the file, no byte is read twice. */
function checkCover(entries: readonly Entry[], dataBytes: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      throw new FileError(file, {
        path: `tensor ${name}`,
        rule: `must start where the one before it ends, at byte ${covered}`,
        found: describe(begin),
        remedy: 'The file is damaged: export it again.',
      });
    }
    covered = end;
  }
  if (covered === dataBytes) return;
  throw new FileError(file, {
    path: 'data',
    rule: `must be the ${covered} bytes that the tensors take`,
    found: describe(dataBytes),
    remedy: 'The file was cut off or added to: export it again.',
  });
}

/**
 * Reads a safetensors file. Its bytes are read asynchronously and once; tensors are copied out one by one.
 * @param name how messages call the file
 * @throws FileError naming the file, the tensor, the rule and the value found
 */
export async function readSafetensors(file: Blob, name: string): Promise<Safetensors> {
  const { header, data } = await readHeader(file, name);
  const { __metadata__: stored = {}, ...rest } = header;
  const metadata = metadataSchema.safeParse(stored);
  if (!metadata.success) {
    throw new FileError(name, {
      path: '__metadata__',
      rule: 'must map strings to strings',
      found: describe(stored),
      remedy: 'Turn every value into text.',
    });
  }
  const listed = Object.entries(rest);
  if (listed.length > maximumTensors) {
    throw new FileError(name, {
      path: 'header',
      rule: `must list at most ${maximumTensors} tensors`,
      found: `${listed.length}`,
      remedy: 'Split the file.',
    });
  }
  const entries = listed.map(([tensor, value]) => readEntry(tensor, value, data.size, name));
  checkCover(entries, data.size, name);
  const tensors: StoredTensor[] = [];
  for (const { name: tensor, type, shape, begin, end } of entries) {
    const values = types[type].view(await data.slice(begin, end).arrayBuffer());
    tensors.push({ name: tensor, shape, values });
  }
  return { tensors, metadata: metadata.data };
}

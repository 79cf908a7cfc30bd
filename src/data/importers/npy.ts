/** One array of NumPy's file format (numpy.lib.format 1.0 to 3.0). */
import { ImportError } from './importer.ts';

export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's one-letter kind: `u` and `i` integers, `f` floats, `b` truth values, `U` and `S` texts. */
  readonly kind: string;
  /** Elements `start` to before `end`, in C order, as numbers; of texts, NaN. */
  numbers(start: number, end: number): Promise<Float64Array>;
  /** All elements as texts: numbers as they read, truth values as `yes` and `no`. */
  texts(): Promise<string[]>;
}

const magic = '\u0093NUMPY';
const longestHeader = 65_536;
/** Of texts, which become strings. */
const mostTexts = 20_000_000;

type Read = (view: DataView, at: number, little: boolean) => number;

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const readers: Readonly<Record<string, Read>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

interface Header {
  readonly little: boolean;
  readonly kind: string;
  /** Bytes of an element. */
  readonly width: number;
  readonly shape: readonly number[];
  /** Where the elements start. */
  readonly start: number;
}

/** The dictionary of a header, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parse(file: string, text: string, start: number): Header {
  const type = /'descr':\s*'([<>|=])([a-zA-Z])(\d+)'/.exec(text);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text);
  if (!type || !shape)
    throw new ImportError(file, 'it holds Python objects or records, not an array of numbers or texts.');
  if (/'fortran_order':\s*True/.test(text))
    throw new ImportError(file, 'its columns come first: save it with np.ascontiguousarray.');
  const [, order = '', kind = '', digits = ''] = type;
  const sizes = (shape[1] ?? '')
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '');
  const lengths = sizes.map(Number);
  if (!lengths.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new ImportError(file, `its shape (${sizes.join(', ')}) is none.`);
  return {
    little: order !== '>',
    kind,
    width: Number(digits) * (kind === 'U' ? 4 : 1),
    shape: lengths,
    start,
  };
}

async function headerOf(blob: Blob, file: string): Promise<Header> {
  const bytes = new Uint8Array(await blob.slice(0, longestHeader).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const isMagic = bytes.length > 10 && Array.from(magic).every((sign, i) => bytes[i] === sign.charCodeAt(0));
  if (!isMagic) throw new ImportError(file, 'it is no NumPy array.');
  const isLong = (bytes[6] ?? 0) >= 2;
  const [from, length] = isLong ? [12, view.getUint32(8, true)] : [10, view.getUint16(8, true)];
  if (from + length > bytes.length) throw new ImportError(file, 'its header is cut off.');
  return parse(file, new TextDecoder().decode(bytes.subarray(from, from + length)), from + length);
}

/** A text of fixed width, without the zeros behind it. */
function textAt(view: DataView, at: number, { kind, width, little }: Header): string {
  let text = '';
  for (let i = 0; i < width; i += kind === 'U' ? 4 : 1) {
    const code = kind === 'U' ? view.getUint32(at + i, little) : view.getUint8(at + i);
    if (code === 0) break;
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

/**
 * Opens an array; elements are read when they are asked for.
 * @throws ImportError where it is none, is cut off, or holds something else than numbers or texts
 */
export async function readNpy(blob: Blob, file: string): Promise<NpyArray> {
  const header = await headerOf(blob, file);
  const { kind, width, shape, start, little } = header;
  const count = shape.reduce((product, length) => product * length, 1);
  const isText = kind === 'U' || kind === 'S';
  const read = readers[`${kind}${width}`];
  if (!read && !isText)
    throw new ImportError(file, `its elements (${kind}${width}) are neither numbers nor texts.`);
  if (!(start + count * width <= blob.size))
    throw new ImportError(
      file,
      `it is cut off: ${shape.join(' × ')} elements take ${count * width} bytes, it holds ${blob.size - start}.`,
    );
  const view = async (from: number, end: number) =>
    new DataView(await blob.slice(start + from * width, start + end * width).arrayBuffer());
  const numbers = async (from: number, end: number) => {
    const bytes = await view(from, end);
    return Float64Array.from(
      { length: end - from },
      (_, i) => read?.(bytes, i * width, little) ?? Number.NaN,
    );
  };
  return {
    shape,
    kind,
    numbers,
    texts: async () => {
      if (count > mostTexts)
        throw new ImportError(file, `it holds ${count} labels; up to ${mostTexts} are read.`);
      if (!isText)
        return Array.from(await numbers(0, count), (value) =>
          kind === 'b' ? (value ? 'yes' : 'no') : `${value}`,
        );
      const bytes = await view(0, count);
      return Array.from({ length: count }, (_, i) => textAt(bytes, i * width, header));
    },
  };
}

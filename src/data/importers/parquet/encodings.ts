/** Parquet's encodings (parquet-format, Encodings.md), read strictly: nothing is allocated for more values than were asked for. */

/** Bytes that are read one after the other. */
export class Bytes {
  readonly all: Uint8Array;
  at = 0;

  constructor(all: Uint8Array) {
    this.all = all;
  }

  /** The next ones. Throws where there are not so many. */
  take(count: number): Uint8Array {
    if (!(count >= 0 && this.at + count <= this.all.length)) throw new Error('a page is cut off');
    this.at += count;
    return this.all.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** Four bytes, little-endian. */
  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return a + b * 0x100 + c * 0x10000 + d * 0x1000000;
  }

  /** Seven bits a byte, of at most 64. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a page holds a number without end');
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  count(most: number): number {
    const value = Number(this.varint());
    if (value > most) throw new Error('a page says that it holds more than it can');
    return value;
  }
}

/** Numbers of `width` bits each, packed from the lowest bit on. */
function unpackBits(packed: Uint8Array, width: number, output: Uint32Array, from: number, end: number): void {
  let [bit, at] = [0, 0];
  for (let i = from; i < end; i++) {
    let value = 0;
    for (let read = 0; read < width;) {
      const step = Math.min(8 - bit, width - read);
      value += (((packed[at] ?? 0) >> bit) & ((1 << step) - 1)) * 2 ** read;
      read += step;
      bit += step;
      if (bit === 8) [bit, at] = [0, at + 1];
    }
    output[i] = value;
  }
}

/** Runs and packed groups of numbers of `width` bits: levels, places in a dictionary, truth values. */
export function hybrid(bytes: Bytes, width: number, count: number): Uint32Array {
  if (width > 32) throw new Error('a page holds numbers of more than 32 bits');
  const output = new Uint32Array(count);
  for (let filled = 0; filled < count;) {
    const head = bytes.count(2 ** 32);
    const run = Math.floor(head / 2);
    if (head % 2 === 1) {
      const end = Math.min(count, filled + run * 8);
      // The last group may be cut where nothing of it is needed.
      const packed = bytes.take(Math.min(run * width, bytes.all.length - bytes.at));
      if (packed.length * 8 < (end - filled) * width) throw new Error('a page is cut off');
      unpackBits(packed, width, output, filled, end);
      if (run === 0) throw new Error('a page holds an empty run');
      filled = end;
    } else {
      let value = 0;
      for (const [i, byte] of bytes.take(Math.ceil(width / 8)).entries()) value += byte * 2 ** (8 * i);
      if (run === 0) throw new Error('a page holds an empty run');
      output.fill(value, filled, Math.min(count, filled + run));
      filled += run;
    }
  }
  return output;
}

/** Differences in blocks of packed groups. */
export function deltas(bytes: Bytes, count: number): bigint[] {
  const block = bytes.count(1 << 20);
  const groups = bytes.count(1 << 12);
  if (groups === 0 || block % (groups * 8) !== 0) throw new Error('a page has blocks of an odd size');
  const perGroup = block / groups;
  const total = bytes.count(count);
  const values = total === 0 ? [] : [bytes.zigzag()];
  if (total === 0) bytes.zigzag();
  while (values.length < total) {
    const least = bytes.zigzag();
    for (const width of bytes.take(groups)) {
      if (values.length >= total) break;
      if (width > 64) throw new Error('a page holds numbers of more than 64 bits');
      const packed = bytes.take((perGroup * width) / 8);
      for (let i = 0; i < perGroup && values.length < total; i++) {
        let bits = 0n;
        const end = (i + 1) * width;
        for (let bit = i * width; bit < end;) {
          const step = Math.min(8 - (bit % 8), end - bit);
          const piece = ((packed[bit >> 3] ?? 0) >> (bit % 8)) & ((1 << step) - 1);
          bits |= BigInt(piece) << BigInt(bit - i * width);
          bit += step;
        }
        values.push(BigInt.asIntN(64, (values.at(-1) ?? 0n) + least + bits));
      }
    }
  }
  if (values.length !== count) throw new Error('a page holds fewer values than it says');
  return values;
}

/** Texts of which only what differs from the one before is there. They are no longer, all together, than `most`. */
export function prefixed(bytes: Bytes, count: number, most: number): Uint8Array[] {
  const prefixes = deltas(bytes, count).map(Number);
  const suffixes = deltas(bytes, count).map(Number);
  let before = new Uint8Array();
  let total = 0;
  return prefixes.map((prefix, i) => {
    const suffix = bytes.take(suffixes[i] ?? 0);
    total += prefix + suffix.length;
    if (!(prefix >= 0 && prefix <= before.length && total <= most))
      throw new Error('a page holds texts that are longer than they can be');
    const text = new Uint8Array(prefix + suffix.length);
    text.set(before.subarray(0, prefix));
    text.set(suffix, prefix);
    before = text;
    return text;
  });
}

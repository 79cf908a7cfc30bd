/**
 * A look over metadata in Thrift's compact protocol before they are parsed: what says that it is longer than the bytes that are
 * there is refused, so that nothing is allocated for it.
 */

/** Nothing in Parquet lies deeper. */
const deepest = 24;
/** Bytes of a 64-bit number, seven bits each. */
const longestNumber = 10;

class ThriftError extends Error {}

class Walk {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  #skip(count: number): void {
    if (!(count >= 0 && this.at + count <= this.#bytes.length)) throw new ThriftError('cut off');
    this.at += count;
  }

  #byte(): number {
    this.#skip(1);
    return this.#bytes[this.at - 1] ?? 0;
  }

  #number(): number {
    let value = 0;
    for (let i = 0; i < longestNumber; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new ThriftError('a number without end');
  }

  #list(depth: number): void {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#number() : head >> 4;
    // Every element takes a byte at least.
    if (this.at + size > this.#bytes.length) throw new ThriftError('a list longer than the file');
    const type = head & 15;
    for (let i = 0; i < size; i++) this.#element(type < 3 ? 3 : type, depth);
  }

  #element(type: number, depth: number): void {
    if (type < 3) return;
    if (type === 3) this.#skip(1);
    else if (type < 7) this.#number();
    else if (type === 7) this.#skip(8);
    else if (type === 8) this.#skip(this.#number());
    else if (type === 9) this.#list(depth);
    else if (type === 12) this.struct(depth + 1);
    else throw new ThriftError(`the unknown type ${type}`);
  }

  struct(depth = 0): void {
    if (depth > deepest) throw new ThriftError('far too deep');
    for (let head = this.#byte(); (head & 15) !== 0; head = this.#byte()) {
      if (head >> 4 === 0) this.#number();
      this.#element(head & 15, depth);
    }
  }
}

/**
 * Where the struct that starts at a place ends.
 * @throws ThriftError where it is cut off or cannot be what it says
 */
export function structEnd(bytes: Uint8Array, at: number): number {
  const walk = new Walk(bytes, at);
  walk.struct();
  return walk.at;
}

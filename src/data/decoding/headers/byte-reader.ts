/** Numbers in the first bytes of a picture. */

/** The bytes end before the header does: more of the file is to be read, or it is cut off. */
export class HeaderCutOff extends Error {
  constructor() {
    super('is cut off before its picture begins');
    this.name = 'HeaderCutOff';
  }
}

/** Reads numbers at places; throws {@link HeaderCutOff} beyond the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number, littleEndian = false): number {
    this.need(at, 2);
    return this.#view.getUint16(at, littleEndian);
  }

  u32(at: number, littleEndian = false): number {
    this.need(at, 4);
    return this.#view.getUint32(at, littleEndian);
  }

  i32(at: number, littleEndian = false): number {
    this.need(at, 4);
    return this.#view.getInt32(at, littleEndian);
  }

  /** Characters of one byte each. */
  text(at: number, length: number): string {
    this.need(at, length);
    return String.fromCodePoint(...this.bytes.subarray(at, at + length));
  }

  /** A part of the bytes; shorter where they end before. */
  part(start: number, end: number): ByteReader {
    return new ByteReader(this.bytes.subarray(start, end));
  }

  /** Throws HeaderCutOff where so many bytes are not there. */
  need(at: number, length: number): void {
    if (at < 0 || at + length > this.bytes.length) throw new HeaderCutOff();
  }
}

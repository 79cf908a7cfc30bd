/** Snappy's block format (google/snappy, format_description.txt), read strictly: every length is held to what is there. */

/** Thrown for what is no Snappy block of this size. */
class SnappyError extends Error {}

function check(isFine: boolean): void {
  if (!isFine) throw new SnappyError('it is damaged');
}

/** Little-endian, of 1 to 4 bytes. */
function numberAt(bytes: Uint8Array, at: number, width: number): number {
  check(at + width <= bytes.length);
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Copies within the output, also where source and target overlap: then what was just written repeats. */
function repeat(output: Uint8Array, to: number, offset: number, length: number): void {
  check(offset > 0 && offset <= to && to + length <= output.length);
  if (offset >= length) output.copyWithin(to, to - offset, to - offset + length);
  else for (let i = 0; i < length; i++) output[to + i] = output[to + i - offset] ?? 0;
}

/**
 * Unpacks a block.
 * @param size of the output, which the caller trusts; another one in the block is an error
 */
export function unsnappy(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  let at = 0;
  while ((input[at] ?? 0) >= 0x80) at++;
  at++;
  let to = 0;
  while (at < input.length) {
    const tag = input[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const width = length - 59;
        length = numberAt(input, at, width);
        at += width;
      }
      length++;
      check(at + length <= input.length && to + length <= size);
      output.set(input.subarray(at, at + length), to);
      at += length;
      to += length;
    } else {
      const width = kind === 3 ? 4 : kind;
      const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const offset = numberAt(input, at, width) + (kind === 1 ? (tag >> 5) * 256 : 0);
      repeat(output, to, offset, length);
      at += width;
      to += length;
    }
  }
  check(to === size);
  return output;
}

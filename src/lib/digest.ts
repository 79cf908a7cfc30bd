/** A short name for many numbers: the same numbers have the same, others another one, as good as surely. */

/**
 * 64 bits of the arrays' lengths and of all their bits in order, as 16 hexadecimal digits: two lanes of MurmurHash3's
 * 32-bit mixing (Appleby), which differ in their seeds and constants. It is no protection against forgery.
 */
export function digestOf(arrays: readonly Float32Array[]): string {
  let one = 0x9747b28c;
  let other = 0x3c6ef372;
  const mix = (word: number) => {
    one ^= Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    one = (Math.imul(rotated(one, 13), 5) + 0xe6546b64) | 0;
    other ^= Math.imul(rotated(Math.imul(word, 0x85ebca6b), 16), 0xc2b2ae35);
    other = (Math.imul(rotated(other, 17), 9) + 0x27d4eb2f) | 0;
  };
  for (const { buffer, byteOffset, length } of arrays) {
    mix(length);
    const words = new Int32Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) mix(words[i] ?? 0);
  }
  return [one, other].map((lane) => finished(lane).toString(16).padStart(8, '0')).join('');
}

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** Spreads the last words over all bits. */
function finished(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** The same of any bytes, and of how many they are. */
export function digestOfBytes(bytes: Uint8Array): string {
  const words = new Int32Array(Math.ceil(bytes.length / 4) + 1);
  new Uint8Array(words.buffer).set(bytes);
  words[words.length - 1] = bytes.length;
  return digestOf([new Float32Array(words.buffer)]);
}

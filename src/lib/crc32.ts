/** CRC-32 as zip archives and PNG have it: polynomial 0xedb88320, reflected (PKWARE APPNOTE 4.4.7). */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let bits = byte;
  for (let k = 0; k < 8; k++) bits = bits & 1 ? (bits >>> 1) ^ 0xedb88320 : bits >>> 1;
  return bits;
});

/**
 * The checksum of some bytes, 0…2³²−1.
 * @param before that of the bytes in front of these, where they come in parts
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  // By index: an iterator is five times slower here.
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

import { crc32 as reference } from 'node:zlib';
import { expect, it } from 'vitest';
import { crc32 } from './crc32.ts';

it('gives the check value of the standard', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it('is that of zlib, also in parts', () => {
  const bytes = Uint8Array.from({ length: 10_007 }, (_, i) => (i * 31) % 251);
  if (reference !== undefined) expect(crc32(bytes)).toBe(reference(bytes)); // Node has it from 20.15 on
  expect(crc32(bytes.subarray(4000), crc32(bytes.subarray(0, 4000)))).toBe(crc32(bytes));
});

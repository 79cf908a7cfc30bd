/** Small pieces of WGSL text. */

/** A number as an f32 literal that means exactly its nearest float32. */
export function float(value: number): string {
  return `${Math.fround(value)}f`;
}

/** A 32-bit word as a u32 literal. */
export function word(value: number): string {
  return `${value >>> 0}u`;
}

/** `lib/random.ts` in WGSL: the same numbers on the GPU, bit for bit. */

/** `hash_next(h, word)` continues a hash by one word; a hash starts from 0. */
export const wgslHash = `
fn mix_bits(bits: u32) -> u32 {
  var x = bits;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}
fn hash_next(h: u32, word: u32) -> u32 { return mix_bits((h ^ word) + 0x9e3779b9u); }
fn to_uniform(bits: u32) -> f32 { return f32(bits >> 8u) / 16777216.0; }
`;

/** `permute(i, key)` over 0…n−1, as `permute(i, n, key)` of `lib/random.ts`; include {@link wgslHash} before it. */
export function wgslPermute(n: number): string {
  let halfBits = 1;
  while (2 ** (2 * halfBits) < n) halfBits++;
  return `
fn permute(i: u32, key: u32) -> u32 {
  let keyed = hash_next(0u, key);
  var x = i;
  loop {
    var left = x >> ${halfBits}u;
    var right = x & ${2 ** halfBits - 1}u;
    for (var round = 0u; round < 4u; round++) {
      let next = left ^ (hash_next(hash_next(keyed, round), right) & ${2 ** halfBits - 1}u);
      left = right;
      right = next;
    }
    x = (left << ${halfBits}u) | right;
    if (x < ${n}u) { break; }
  }
  return x;
}
`;
}

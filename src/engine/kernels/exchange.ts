/** How neighbouring threads share what each of them loaded, and vectors of one to four numbers, in WGSL. */

/** `none`; `quads`: by swaps within four threads; `broadcast`: within a subgroup whose size is known and fixed. */
export type Exchange = 'none' | 'quads' | 'broadcast';

const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'] as const;

/** What slot s of a group holds of what the threads that share have loaded as `value`. */
export function shared(exchange: Exchange, value: string, slot: number): string {
  if (exchange === 'none') return value;
  return exchange === 'quads' ? `${swaps[slot]}(${value})` : `subgroupBroadcast(${value}, ${slot}u)`;
}

/** Which item of its tile a thread holds in place i (WGSL, u32): in quads that depends on `lane`. */
export function sharedFrom(exchange: Exchange, i: string): string {
  return exchange === 'quads' ? `((${i} & ~3u) + (lane ^ (${i} & 3u)))` : i;
}

/** The WGSL type of so many f32. */
export function vector(width: number): string {
  return width === 1 ? 'f32' : `vec${width}f`;
}

/** Component i of a vector of so many. */
export function component(value: string, i: number, width: number): string {
  return width === 1 ? value : `${value}.${'xyzw'[i]}`;
}

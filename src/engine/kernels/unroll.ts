/** What the generators of unrolled WGSL share. */

/** One of `each` for every number below `count`. */
export function times<T>(count: number, each: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => each(i));
}

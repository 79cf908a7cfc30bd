/** What the generators of unrolled WGSL share. */

/** WGSL that gives a thread of a quad the value of the thread whose number differs by ⊕ 0, 1, 2 or 3. */
export const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'] as const;

/** One of `each` for every number below `count`. */
export function times<T>(count: number, each: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => each(i));
}

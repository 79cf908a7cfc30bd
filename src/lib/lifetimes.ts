/** Which results on the way may share a buffer: those that are never needed at the same time. */

/** A result that takes `size` bytes from dispatch `first` to dispatch `last`, both included. */
export interface Lifetime {
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

export interface Assignment {
  /** Bytes of each buffer, the largest first. */
  readonly sizes: readonly number[];
  /** Which buffer each result gets. */
  readonly places: readonly number[];
}

/**
 * Assigns results to buffers, the largest result first, each to the smallest buffer that is free while it is needed
 * ("greedy by size", Pisarchyk & Lee 2020, https://arxiv.org/abs/2001.03288).
 */
export function assignBuffers(lifetimes: readonly Lifetime[]): Assignment {
  const buffers: { size: number; tenants: Lifetime[] }[] = [];
  const places: number[] = Array.from({ length: lifetimes.length }, () => 0);
  const order = lifetimes.map((lifetime, index) => ({ lifetime, index }));
  for (const { lifetime, index } of order.toSorted((a, b) => b.lifetime.size - a.lifetime.size)) {
    const isFree = ({ tenants }: { tenants: Lifetime[] }) =>
      tenants.every(({ first, last }) => lifetime.last < first || last < lifetime.first);
    const place = buffers.findLastIndex(isFree);
    places[index] = place < 0 ? buffers.length : place;
    if (place < 0) buffers.push({ size: lifetime.size, tenants: [lifetime] });
    else buffers[place]?.tenants.push(lifetime);
  }
  return { sizes: buffers.map(({ size }) => size), places };
}

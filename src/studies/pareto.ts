/** Which runs are worth choosing between when two quantities matter: the Pareto front. */

export type Direction = 'higher' | 'lower';

/** Two quantities of one run. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Indices of the points that no other one dominates, that is: is at least as good in both quantities and better in one.
 * From the best x to the best y; of equal points all are there. A point with NaN is not on the front.
 * @param directions in which each quantity is better
 */
export function paretoFront(
  points: readonly Point[],
  directions: { readonly x: Direction; readonly y: Direction },
): number[] {
  const sign = (direction: Direction) => (direction === 'higher' ? 1 : -1);
  const [towardsX, towardsY] = [sign(directions.x), sign(directions.y)];
  const sorted = points
    .map(({ x, y }, index) => ({ x: x * towardsX, y: y * towardsY, index }))
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y))
    .toSorted((a, b) => b.x - a.x || b.y - a.y || a.index - b.index);
  const front: typeof sorted = [];
  for (const point of sorted) {
    const last = front.at(-1);
    // Whatever comes later has no better x, so a better y is its only reason to stay; a twin of the last stays, too.
    if (!last || point.y > last.y || (point.y === last.y && point.x === last.x)) front.push(point);
  }
  return front.map(({ index }) => index);
}

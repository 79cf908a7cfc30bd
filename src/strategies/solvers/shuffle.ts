/** A random order of the tasks for each task (Fisher and Yates), in TypeScript and in WGSL. */

/**
 * A permutation of 0…count−1. Draws count−1 numbers, so that the order of task i, in a rule that asks for one per task in
 * turn, takes the numbers from i·(count−1) on.
 */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other] ?? 0, order[k] ?? 0];
  }
  return order;
}

/** The same for task i into memory of the calling lane. */
export const shuffleWgsl = `
var<private> order: array<u32, tasks>;

fn shuffle(i: u32) {
  for (var k = 0u; k < tasks; k++) { order[k] = k; }
  var draw = i * (tasks - 1u);
  for (var k = tasks - 1u; k > 0u; k--) {
    let other = min(u32(random(draw) * f32(k + 1u)), k);
    let kept = order[k];
    order[k] = order[other];
    order[other] = kept;
    draw++;
  }
}
`;

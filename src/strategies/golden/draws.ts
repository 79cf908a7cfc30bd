/** The uniform random numbers that lead a method to the choices that a golden record names. */

/**
 * Those of PCGrad and GradVac, from the order in which each task visits the others, [T][T], itself somewhere among them: each
 * task shuffles 0…T−1 by Fisher–Yates, from the last place to the second, by T − 1 numbers.
 */
export function drawsOfOrders(orders: readonly (readonly number[])[]): number[] {
  return orders.flatMap((order, task) => {
    const wanted = order.includes(task) ? order : [...order, task];
    const list = wanted.map((_, place) => place);
    const draws: number[] = [];
    for (let last = wanted.length - 1; last > 0; last--) {
      const from = list.indexOf(wanted[last] ?? last);
      draws.push((from + 0.5) / (last + 1));
      [list[last], list[from]] = [list[from] ?? 0, list[last] ?? 0];
    }
    return draws;
  });
}

/** Those that Box–Muller turns into given normals: √(−2 ln(1 − u₁))·cos(2π u₂). */
export function drawsOfNormals(normals: readonly number[]): number[] {
  return normals.flatMap((normal) => [-Math.expm1((-normal * normal) / 2), normal < 0 ? 0.5 : 0]);
}

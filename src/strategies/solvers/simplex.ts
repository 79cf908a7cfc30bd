/**
 * The nearest point whose numbers are all ≥ 0 and add up to 1 (Duchi et al. 2008, "Efficient projections onto the ℓ1-ball"), in
 * TypeScript and in WGSL.
 */

/**
 * All numbers less the same threshold, and 0 where that is less than 0. With the k largest numbers left the threshold is (their
 * sum − 1)/k; the right k is the one for which it is highest.
 */
export function ontoSimplex(point: Float64Array): Float64Array {
  const largest = Math.max(...point); // shifting a point does not move its projection, but saves digits
  const shifted = point.map((value) => value - largest);
  const thresholds = shifted.map((least) => {
    const kept = shifted.filter((value) => value >= least);
    return (kept.reduce((sum, value) => sum + value, 0) - 1) / kept.length;
  });
  const threshold = Math.max(...thresholds);
  return shifted.map((value) => Math.max(value - threshold, 0));
}

/**
 * `onto_simplex(lane, value)` is the coordinate of the calling lane, one of `size` (a WGSL expression), each with its own value. All
 * lanes must call it.
 */
export const simplexWgsl = (size: string) => `
var<workgroup> simplex_point: array<f32, ${size}>;
var<workgroup> simplex_thresholds: array<f32, ${size}>;

fn onto_simplex(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  simplex_point[lane] = value;
  workgroupBarrier();
  var largest = value;
  for (var t = 0u; t < ${size}; t++) { largest = max(largest, simplex_point[t]); }
  var sum = -1f;
  var kept = 0f;
  for (var t = 0u; t < ${size}; t++) {
    if (simplex_point[t] >= value) {
      sum += simplex_point[t] - largest;
      kept += 1f;
    }
  }
  simplex_thresholds[lane] = sum / kept;
  workgroupBarrier();
  var threshold = simplex_thresholds[0];
  for (var t = 1u; t < ${size}; t++) { threshold = max(threshold, simplex_thresholds[t]); }
  return max(value - largest - threshold, 0f);
}
`;

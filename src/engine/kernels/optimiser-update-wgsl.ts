/** WGSL of the optimiser's two kernels, and the layout of what goes from one to the other. Legend: optimiser-update.ts. */
import type { Optimiser } from '#experiment/training.ts';
import { flatMain } from '../webgpu/grid.ts';

/** How parameters move; `sgd` has no momentum and no state. */
export type Rule = 'sgd' | 'momentum' | 'adam' | 'adamw';

/** SGD: η, scale, λ, μ, and μ once more if Nesterov's. Adam: η, scale, λ, β₁, 1−β₁, β₂, 1−β₂, ε, η/(1−β₁ᵗ), 1/√(1−β₂ᵗ). */
export const controlCount = 10;

/** What of the controls the settings alone decide, and for Adam ln β₁ and ln β₂, from which the corrections come. */
export function settingsOf(optimiser: Optimiser): Float32Array<ArrayBuffer> {
  if (optimiser.kind === 'sgd') {
    const { weightDecay, momentum, nesterov } = optimiser;
    return Float32Array.of(weightDecay, momentum, nesterov ? momentum : 0);
  }
  const { weightDecay, beta1, beta2, epsilon } = optimiser;
  return Float32Array.of(weightDecay, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, log(beta1), log(beta2));
}

/** ln β, of 0 a number whose power is 0 just as well. */
function log(beta: number): number {
  return Math.max(Math.log(beta), -1e4);
}

/** Bindings: `settings`, `rates`, `scales` read, `updates` (i32) counted on, `controls` written. One thread. */
export function controlsCode({ kind }: { kind: Optimiser['kind'] }): string {
  const isSgd = kind === 'sgd';
  const corrections = `
  let t = f32(updates[0]) + 1f;
  controls[8] = rates[0] / one_minus_power(settings[6] * t);
  controls[9] = inverseSqrt(one_minus_power(settings[7] * t));`;
  return `${isSgd ? '' : oneMinusPower}
@compute @workgroup_size(1)
fn main() {
  controls[0] = rates[0];
  controls[1] = scales[0];
  for (var k = 0u; k < ${isSgd ? 3 : 6}u; k++) { controls[k + 2u] = settings[k]; }${isSgd ? '' : corrections}
  updates[0] += 1;
}`;
}

/** 1 − eˣ for x < 0, by its series near 0, where the difference would lose its digits. */
const oneMinusPower = `
fn one_minus_power(x: f32) -> f32 {
  if (x < -0.5f) { return 1f - exp(x); }
  var sum = 1f;
  for (var k = 9f; k > 1f; k -= 1f) { sum = fma(sum, x / k, 1f); }
  return -x * sum;
}
`;

/**
 * Bindings: `controls`, `state` (unless the rule is `sgd`), then `p0`, `g0`, `p1`, `g1`, … for each parameter.
 * @param lanes numbers per thread, 1 or 4
 * @param count parameters
 */
export function updateCode({ rule, lanes, count }: { rule: Rule; lanes: number; count: number }): string {
  const type = lanes === 4 ? 'vec4f' : 'f32';
  const places = Array.from({ length: count }, (_, i) => i);
  const kinds = { sgd: 0, momentum: 1, adam: 2, adamw: 2 }[rule];
  const blocks = places.map(
    (i) => `  {
    let size = arrayLength(&p${i});
    if (place < size) {
      ${kinds > 0 ? 'let at = start + place;' : ''}
      var p = p${i}[place];
      let g = g${i}[place] * controls[1];
${rules[rule](type)}
      p${i}[place] = p;
      return;
    }
    place -= size;
    ${kinds > 0 ? `start += ${kinds}u * size;` : ''}
  }`,
  );
  return flatMain(
    places.map((i) => `arrayLength(&p${i})`).join(' + '),
    `  var place = i;
  ${kinds > 0 ? 'var start = 0u;' : ''}
${blocks.join('\n')}`,
  );
}

/** From p, g and the state at `at` to their next values. */
const rules: Record<Rule, (type: string) => string> = {
  sgd: (type) => `      p = fma(${type}(-controls[0]), fma(${type}(controls[2]), p, g), p);`,
  /** m ← μm + g; p ← p − η(g + μm if Nesterov, else m), with g + λp for g. */
  momentum: (type) => `      let decayed = fma(${type}(controls[2]), p, g);
      let m = fma(${type}(controls[3]), state[at], decayed);
      state[at] = m;
      p = fma(${type}(-controls[0]), select(m, fma(${type}(controls[4]), m, decayed), controls[4] > 0f), p);`,
  adam: (type) => `      let decayed = fma(${type}(controls[2]), p, g);\n${moments('decayed', type)}`,
  /** p ← (1−ηλ)p first. */
  adamw: (type) => `      p *= fma(-controls[0], controls[2], 1f);\n${moments('g', type)}`,
};

/** m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). */
function moments(g: string, type: string): string {
  return `      let m = fma(${type}(controls[3]), state[at], controls[4] * ${g});
      let v = fma(${type}(controls[5]), state[at + size], controls[6] * ${g} * ${g});
      state[at] = m;
      state[at + size] = v;
      p -= controls[8] * m / fma(sqrt(v), ${type}(controls[9]), ${type}(controls[7]));`;
}

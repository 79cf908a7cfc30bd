/** WGSL of the optimiser's two kernels, and the layout of what goes from one to the other. Legend: optimiser-update.ts. */
import type { Optimiser } from '#experiment/training.ts';

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

const workgroup = 64;

/** Workgroups of `updateCode` for so many threads at least. */
export function updateGrid(threads: number): readonly [number, number, number] {
  return [Math.min(65_535, Math.ceil(threads / workgroup)), 1, 1];
}

/** By what names the rules know the controls, in their order. */
const controlNames: Record<Rule, readonly string[]> = {
  sgd: ['rate', 'scale', 'decay'],
  momentum: ['rate', 'scale', 'decay', 'momentum', 'nesterov'],
  adam: ['rate', 'scale', 'decay', 'beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'share', 'correction'],
  adamw: ['rate', 'scale', 'decay', 'beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'share', 'correction'],
};

const kindsOf: Record<Rule, number> = { sgd: 0, momentum: 1, adam: 2, adamw: 2 };

/**
 * Each thread takes every so-many-th number of every parameter, and so loads the controls once. Bindings: `controls`,
 * `state` (unless the rule is `sgd`), then `p0`, `g0`, `p1`, `g1`, … for each parameter.
 * @param lanes numbers taken at a time, 1 or 4
 * @param count parameters
 */
export function updateCode({ rule, lanes, count }: { rule: Rule; lanes: number; count: number }): string {
  const type = lanes === 4 ? 'vec4f' : 'f32';
  const kinds = kindsOf[rule];
  const loops = Array.from(
    { length: count },
    (_, i) => `  {
    let size = arrayLength(&p${i});
    for (var place = thread.x; place < size; place += threads) {
      ${kinds > 0 ? 'let at = start + place;' : ''}
      var p = p${i}[place];
      let g = g${i}[place] * scale;
${rules[rule](type)}
      p${i}[place] = p;
    }
    ${kinds > 0 ? `start += ${kinds}u * size;` : ''}
  }`,
  );
  return `@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let threads = groups.x * ${workgroup}u;
${controlNames[rule].map((name, k) => `  let ${name} = controls[${k}];`).join('\n')}
  ${kinds > 0 ? 'var start = 0u;' : ''}
${loops.join('\n')}
}`;
}

/** From p, g and the state at `at` to their next values. */
const rules: Record<Rule, (type: string) => string> = {
  sgd: (type) => `      p = fma(${type}(-rate), fma(${type}(decay), p, g), p);`,
  /** m ← μm + g; p ← p − η(g + μm if Nesterov, else m), with g + λp for g. */
  momentum: (type) => `      let decayed = fma(${type}(decay), p, g);
      let m = fma(${type}(momentum), state[at], decayed);
      state[at] = m;
      p = fma(${type}(-rate), select(m, fma(${type}(nesterov), m, decayed), nesterov > 0f), p);`,
  adam: (type) => `      let decayed = fma(${type}(decay), p, g);\n${moments('decayed', type)}`,
  /** p ← (1−ηλ)p first. */
  adamw: (type) => `      p *= fma(-rate, decay, 1f);\n${moments('g', type)}`,
};

/** m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). */
function moments(g: string, type: string): string {
  return `      let m = fma(${type}(beta1), state[at], rest1 * ${g});
      let v = fma(${type}(beta2), state[at + size], rest2 * ${g} * ${g});
      state[at] = m;
      state[at + size] = v;
      p -= share * m / fma(sqrt(v), ${type}(correction), ${type}(epsilon));`;
}

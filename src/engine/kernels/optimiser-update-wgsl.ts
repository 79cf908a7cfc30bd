/** WGSL of `applyUpdate`. Legend as there. */
import type { Optimiser } from '#experiment/training.ts';
import { flatMain } from '../webgpu/grid.ts';
import { float } from '../webgpu/wgsl.ts';

type Sgd = Extract<Optimiser, { kind: 'sgd' }>;
type Adam = Exclude<Optimiser, { kind: 'sgd' }>;

/** @param lanes numbers per thread, 1 or 4 */
export function updateCode({ lanes, ...optimiser }: Optimiser & { lanes: number }): string {
  const type = lanes === 4 ? 'vec4f' : 'f32';
  return `${oneMinusPower}${flatMain(
    'arrayLength(&parameters)',
    `  let rate = rates[0];
  var p = parameters[i];
  var g = gradients[i] * scales[0];
${optimiser.kind === 'sgd' ? sgd(optimiser, type) : adam(optimiser, type)}
  parameters[i] = p;`,
  )}`;
}

/** m ← μm + g; p ← p − η(g + μm if Nesterov, else m), with g + λp for g. */
function sgd({ momentum, nesterov, weightDecay }: Sgd, type: string): string {
  const decay = `  g = fma(${type}(${float(weightDecay)}), p, g);`;
  if (momentum === 0) return `${decay}\n  p = fma(${type}(-rate), g, p);`;
  return `${decay}
  let m = fma(${type}(${float(momentum)}), state0[i], g);
  state0[i] = m;
  p = fma(${type}(-rate), ${nesterov ? `fma(${type}(${float(momentum)}), m, g)` : 'm'}, p);`;
}

/** m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε). AdamW: p ← (1−ηλ)p first. */
function adam({ kind, beta1, beta2, epsilon, weightDecay }: Adam, type: string): string {
  const decay =
    kind === 'adamw'
      ? `p *= fma(-rate, ${float(weightDecay)}, 1f);`
      : `g = fma(${type}(${float(weightDecay)}), p, g);`;
  return `  ${decay}
  let t = f32(steps[0]) + 1f;
  let m = fma(${type}(${float(beta1)}), state0[i], ${float(1 - beta1)} * g);
  let v = fma(${type}(${float(beta2)}), state1[i], ${float(1 - beta2)} * g * g);
  state0[i] = m;
  state1[i] = v;
  let share = rate / ${powerCorrection(beta1)};
  p -= share * m / (sqrt(v) / sqrt(${powerCorrection(beta2)}) + ${float(epsilon)});`;
}

function powerCorrection(beta: number): string {
  return beta === 0 ? '1f' : `one_minus_power(${float(Math.log(beta))} * t)`;
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

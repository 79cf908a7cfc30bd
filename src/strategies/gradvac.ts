/** GradVac: each task's gradient is turned towards the others until their cosines are what they usually are. */
import { z } from 'zod';
import { shuffled, shuffleWgsl } from './solvers/shuffle.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const schema = z.strictObject({
  decay: z.number().min(0).max(1).default(0.5).meta({
    title: 'Decay',
    description: 'Share of the newest cosine in the running mean that is the aim.',
  }),
});

type Settings = z.infer<typeof schema>;

/** A gradient whose squared norm is below this share of that of its parts is what rounding left: it has no direction. */
const nothingLeft = 1e-6;
/** Least 1 − aim²: an aim closer to 1 would ask for boundlessly much of another gradient. */
const leastSlack = 1e-6;

export const gradvac = defineStrategy({
  name: 'Gradient vaccine (GradVac)',
  help: 'Keeps for each pair of tasks the usual angle between their gradients, and where a step’s gradients agree less than usual, turns each towards the other until they agree as usual. Where PCGrad acts only on open conflict, this also helps tasks that tend to agree.',
  paper: {
    title:
      'Gradient Vaccine: Investigating and Improving Multi-task Optimization in Massively Multilingual Models',
    authors: 'Wang, Tsvetkov, Firat, Cao',
    venue: 'ICLR 2021',
    url: 'https://arxiv.org/abs/2010.05874',
  },
  differs:
    'Follows LibMTL, which starts all aims at 0 and has one per pair of tasks for the whole model, without the 1e-8 in its denominators (a relative 1e-8 for gradients of norm 1). A zero gradient, or one that the turns have all but cancelled, is left alone; aims stop at a cosine of 1 − 5e-7.',
  needs: 'gramian',
  remembers: true,
  schema,
  numbers: ({ decay }) => ({ decay }),
  initialState: (tasks) => new Float64Array(tasks * tasks),
  step,
  wgsl: {
    lanes: (tasks) => tasks,
    // Lane i turns the gradient of task i; its parts of the others' gradients lie at parts[i * tasks], and its products with
    // them in `products`.
    code: `${shuffleWgsl}
var<workgroup> parts: array<f32, tasks * tasks>;
var<private> products: array<f32, tasks>;

fn weigh(lane: u32) {
  let row = lane * tasks;
  for (var j = 0u; j < tasks; j++) {
    parts[row + j] = select(0f, 1f, j == lane);
    products[j] = gramian[row + j];
  }
  shuffle(lane);
  for (var k = 0u; k < tasks; k++) {
    let j = order[k];
    var square = 0f;
    var extent = 0f;
    for (var m = 0u; m < tasks; m++) {
      square = fma(parts[row + m], products[m], square);
      extent = fma(abs(parts[row + m]), sqrt(gramian[m * tasks + m]), extent);
    }
    let other = gramian[j * tasks + j];
    if ((j == lane) | (other == 0f) | (square <= ${nothingLeft}f * extent * extent)) { continue; }
    let found = clamp(products[j] * inverseSqrt(square) * inverseSqrt(other), -1f, 1f);
    let sought = state[row + j];
    state[row + j] = mix(sought, found, setting_decay());
    if (found < sought) {
      let slack = sqrt(max(fma(-sought, sought, 1f), ${leastSlack}f));
      let turn = (sought * sqrt(fma(-found, found, 1f)) / slack - found) * sqrt(square) * inverseSqrt(other);
      parts[row + j] += turn;
      for (var m = 0u; m < tasks; m++) { products[m] = fma(turn, gramian[j * tasks + m], products[m]); }
    }
  }
  workgroupBarrier();
  var weight = 0f;
  for (var i = 0u; i < tasks; i++) { weight += parts[i * tasks + lane]; }
  weights[lane] = weight;
}`,
  },
});

/**
 * The state holds, row by row, the cosine that task i's gradient aims at with task j's. A turned gradient is
 * Σⱼ partsⱼ·gⱼ; each meets the others' originals in a random order. The direction is the sum of the turned gradients.
 */
function step({ losses, gramian, state, settings, random }: RuleInput<Settings>): RuleOutput {
  const tasks = losses.length;
  const weights = new Float64Array(tasks);
  const aims = state.slice();
  for (let i = 0; i < tasks; i++) {
    const turned = new TurnedGradient(gramian, tasks, i);
    for (const j of shuffled(tasks, random)) {
      const found = i === j ? undefined : turned.cosine(j);
      if (found === undefined) continue;
      const sought = aims[i * tasks + j] ?? 0;
      if (found < sought) turned.turn(j, found, sought);
      aims[i * tasks + j] = sought + settings.decay * (found - sought);
    }
    for (const [j, part] of turned.parts.entries()) weights[j] = (weights[j] ?? 0) + part;
  }
  return { weights, state: aims };
}

/** A sum of the task gradients, with its inner products with them. */
class TurnedGradient {
  readonly parts: Float64Array;
  readonly #gramian: Float64Array;
  readonly #products: Float64Array;

  constructor(gramian: Float64Array, tasks: number, i: number) {
    this.#gramian = gramian;
    this.parts = new Float64Array(tasks);
    this.parts[i] = 1;
    this.#products = gramian.slice(i * tasks, (i + 1) * tasks);
  }

  /** Its cosine with the gradient of task j; undefined where either has no direction. */
  cosine(j: number): number | undefined {
    const square = this.#square();
    const extent = this.parts.reduce((sum, part, m) => sum + Math.abs(part) * this.#norm(m), 0);
    const other = this.#norm(j);
    if (other === 0 || square <= nothingLeft * extent * extent) return undefined;
    return Math.min(1, Math.max(-1, (this.#products[j] ?? 0) / (Math.sqrt(square) * other)));
  }

  /** Adds as much of the gradient of task j as takes the cosine from `found` to `sought`. */
  turn(j: number, found: number, sought: number): void {
    const slack = Math.sqrt(Math.max(1 - sought * sought, leastSlack));
    const share = (sought * Math.sqrt(1 - found * found)) / slack - found;
    const turn = (share * Math.sqrt(this.#square())) / this.#norm(j);
    this.parts[j] = (this.parts[j] ?? 0) + turn;
    for (const m of this.parts.keys())
      this.#products[m] = (this.#products[m] ?? 0) + turn * (this.#gramian[j * this.parts.length + m] ?? 0);
  }

  #square(): number {
    return this.parts.reduce((sum, part, m) => sum + part * (this.#products[m] ?? 0), 0);
  }

  #norm(j: number): number {
    return Math.sqrt(this.#gramian[j * this.parts.length + j] ?? 0);
  }
}

/** Golden records in our terms: the method of the registry, its settings, its state, its random numbers. */
import { z } from 'zod';
import { drawsOfNormals, drawsOfOrders } from './draws.ts';
import type { GoldenRecord, GoldenStep } from './records.ts';

/** A record as a test runs it. */
export interface GoldenCase {
  readonly id: string;
  /** Id of the method in the registry. */
  readonly method: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tasks: number;
  readonly stepsPerEpoch: number;
  /** What the method remembers before the first step, made of what it starts with; as it starts if left out. */
  readonly start?: (initial: Float64Array) => Float64Array;
  readonly steps: readonly CaseStep[];
  /** The settings that come closest in float32; where they make a difference the case says nothing of float32. */
  readonly coarse?: Readonly<Record<string, unknown>>;
}

export interface CaseStep extends GoldenStep {
  /** Uniform random numbers in the order in which the rule draws them. */
  readonly draws: readonly number[];
  /** Losses after the update, for methods that look at them. */
  readonly after?: Float64Array;
}

/** A case, or why the record does not count. */
export type Adapted = { readonly case: GoldenCase } | { readonly skipped: string };

interface Plan {
  readonly method: string;
  readonly settings?: Record<string, unknown>;
  readonly stepsPerEpoch?: number;
  readonly start?: (initial: Float64Array) => Float64Array;
  readonly draws?: (step: number) => readonly number[];
  readonly after?: (step: number) => Float64Array | undefined;
  /** What the reference's numbers are multiplied by to be ours. */
  readonly factor?: number;
  readonly coarse?: Record<string, unknown>;
}

const numbersSchema = z.array(z.number());
const matrixSchema = z.array(numbersSchema);
const ordersSchema = z.array(matrixSchema);

const sgd = (rate: unknown) => ({ optimiser: 'sgd', learningRate: rate });

/** The plan that the initial state of L0 and a step count behind the first epoch make: GradNorm's. */
function gradNorm({ params: { alpha, sgd_lr, L0 }, reference, T }: GoldenRecord): Plan {
  const initial = numbersSchema.parse(L0);
  return {
    method: 'gradnorm',
    settings: { form: reference === 'formula' ? 'paper' : 'libmtl', alpha, ...sgd(sgd_lr) },
    start(state) {
      const next = state.slice();
      next.set([...initial, 1], state.length - T - 1);
      return next;
    },
  };
}

function stch({ params: { mu, nadir }, T }: GoldenRecord): Plan {
  const settings = { mu: mu ?? 1, warmUpEpochs: 4 };
  if (!nadir) return { method: 'stch', settings };
  return {
    method: 'stch',
    settings,
    start: (state) => {
      const next = state.slice();
      next.set([...numbersSchema.parse(nadir), 5], state.length - T - 1);
      return next;
    },
  };
}

function gradVac({ params: { beta, order, orders } }: GoldenRecord): Plan {
  const each = orders ? ordersSchema.parse(orders) : [matrixSchema.parse(order)];
  return { method: 'gradvac', settings: { decay: beta }, draws: (step) => drawsOfOrders(each[step] ?? []) };
}

function mgda(normalisation: string) {
  return ({ params: { apply } }: GoldenRecord): Plan => ({
    method: 'mgda',
    settings: { normalisation, ...(apply === 'normalized' ? { appliesTo: 'normalised' } : {}) },
  });
}

function projection(method: string) {
  return ({ params: { reg_eps, norm_eps } }: GoldenRecord): Plan => ({
    method,
    settings: { regularisation: reg_eps, normEpsilon: norm_eps },
  });
}

const simple = (method: string) => (): Plan => ({ method });

/** From the name of a strategy in the golden file. */
const plans: Record<string, (record: GoldenRecord) => Plan> = {
  EW: simple('equal'),
  Sum: simple('equal'),
  Mean: ({ T }) => ({ method: 'equal', factor: T }),
  RLW: ({ params: { normals } }) => {
    const steps = matrixSchema.parse(normals);
    return { method: 'rlw', draws: (step) => drawsOfNormals(steps[step] ?? []) };
  },
  DWA: ({ params: { temperature } }) => ({ method: 'dwa', settings: { temperature }, stepsPerEpoch: 1 }),
  UW: ({ params: { init_s, sgd_lr } }) => ({
    method: 'uw',
    settings: { initialLogVariance: init_s, ...sgd(sgd_lr) },
  }),
  GLS: simple('gls'),
  STCH: stch,
  FAMO: ({ params: { w_lr, w_gamma, losses_after } }) => {
    const after = matrixSchema.parse(losses_after);
    return {
      method: 'famo',
      settings: { learningRate: w_lr, decay: w_gamma },
      after: (step) => after[step] && Float64Array.from(after[step]),
    };
  },
  GradNorm: gradNorm,
  MGDA: mgda('none'),
  'MGDA-l2': mgda('l2'),
  'MGDA-loss': mgda('loss'),
  'MGDA-loss+': mgda('loss+'),
  PCGrad: ({ params: { order } }) => ({
    method: 'pcgrad',
    draws: () => drawsOfOrders(matrixSchema.parse(order)),
  }),
  GradVac: gradVac,
  GradDrop: ({ params: { U, leak } }) => ({
    method: 'graddrop',
    settings: { leak },
    draws: () => numbersSchema.parse(U),
  }),
  'IMTL-G': simple('imtl-g'),
  IMTL: ({ params: { sgd_lr } }) => ({ method: 'imtl', settings: sgd(sgd_lr) }),
  CAGrad: ({ params: { c, rescale } }) => ({
    method: 'cagrad',
    settings: { c, rescale: ['none', 'squared', 'linear'][Number(rescale)] },
  }),
  'Nash-MTL': ({ params: { max_norm } }) => ({ method: 'nash-mtl', settings: { maxNorm: max_norm } }),
  FairGrad: ({ params: { alpha } }) => ({ method: 'fairgrad', settings: { alpha } }),
  'Aligned-MTL': ({ params: { scale_mode, rank_eps }, reference, T }) => ({
    method: 'aligned-mtl',
    settings: { scaleMode: scale_mode, tolerance: rank_eps ?? 2 ** -52 },
    coarse: { scaleMode: scale_mode, tolerance: rank_eps ?? 2 ** -23 },
    factor: reference === 'TorchJD' ? T : 1,
  }),
  UPGrad: projection('upgrad'),
  DualProj: projection('dualproj'),
  ExcessMTL: ({ params: { robust_step_size } }) => ({
    method: 'excessmtl',
    settings: { stepSize: robust_step_size },
  }),
  'DB-MTL': ({ params: { beta, beta_sigma } }) => ({
    method: 'db-mtl',
    settings: { beta, betaDecay: beta_sigma },
  }),
  MoCo: ({ params: { beta, beta_sigma, gamma, gamma_sigma, rho } }) => ({
    method: 'moco',
    settings: { beta, betaDecay: beta_sigma, gamma, gammaDecay: gamma_sigma, rho },
  }),
  SDMGrad: ({ params: { SDMGrad_lamda, SDMGrad_niter } }) => ({
    method: 'sdmgrad',
    settings: { lambda: SDMGrad_lamda, iterations: SDMGrad_niter },
  }),
  MoDo: ({ params: { MoDo_gamma, MoDo_rho } }) => ({
    method: 'modo',
    settings: { gamma: MoDo_gamma, rho: MoDo_rho },
  }),
};

/** A record in our terms. Throws RangeError for a strategy that the table does not know. */
export function adapt(record: GoldenRecord): Adapted {
  const plan = plans[record.strategy]?.(record);
  if (!plan) throw new RangeError(`golden record ${record.id}: no method of ours is "${record.strategy}"`);
  const skipped = reasonToSkip(record);
  if (skipped) return { skipped };
  const { method, settings = {}, stepsPerEpoch = 1, start, draws, after, factor = 1, coarse } = plan;
  return {
    case: {
      id: record.id,
      method,
      settings,
      tasks: record.T,
      stepsPerEpoch,
      ...(start ? { start } : {}),
      ...(coarse ? { coarse } : {}),
      steps: record.steps.map((step, k) => caseStep(step, factor, draws?.(k) ?? [], after?.(k))),
    },
  };
}

function caseStep(
  step: GoldenStep,
  factor: number,
  draws: readonly number[],
  after: Float64Array | undefined,
): CaseStep {
  const { grad, weights, ...rest } = step;
  const scaled = (values: Float64Array) => values.map((value) => value * factor);
  return {
    ...rest,
    grad: scaled(grad),
    ...(weights ? { weights: scaled(weights) } : {}),
    draws,
    ...(after ? { after } : {}),
  };
}

/** Why a record does not count, or undefined: README.md, "What counts". */
function reasonToSkip({
  reference,
  rel_err_vs_exact,
  strategy,
  weights_unique,
}: GoldenRecord): string | undefined {
  if (reference === 'exact' || reference === 'formula') return undefined;
  // Compared with an exact solution without regularisation; ours takes it as a setting.
  if (strategy === 'UPGrad' || strategy === 'DualProj') return undefined;
  if (rel_err_vs_exact != null)
    return rel_err_vs_exact < 1e-6 ? undefined : `${reference} is 1e-6 or more off the exact solution`;
  if (strategy === 'IMTL-G' && !weights_unique)
    return `${reference} on linearly dependent gradients, for which the paper has no solution`;
  if (strategy.startsWith('MGDA')) return `${reference} where the exact solution is 0`;
  return undefined;
}

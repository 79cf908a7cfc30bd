/** The registry of multi-task methods: their only list. */
import { alignedMtl } from './aligned-mtl.ts';
import { cagrad } from './cagrad.ts';
import { dbMtl } from './db-mtl.ts';
import { dualproj } from './dualproj.ts';
import { dwa } from './dwa.ts';
import { equal } from './equal.ts';
import { excessmtl } from './excessmtl.ts';
import { fairGrad } from './fairgrad.ts';
import { famo } from './famo.ts';
import { gls } from './gls.ts';
import { graddrop } from './graddrop.ts';
import { gradnorm } from './gradnorm.ts';
import { gradvac } from './gradvac.ts';
import { imtl } from './imtl.ts';
import { imtlG } from './imtl-g.ts';
import { imtlL } from './imtl-l.ts';
import { manual } from './manual.ts';
import { mgda } from './mgda.ts';
import { moco } from './moco.ts';
import { modo } from './modo.ts';
import { nashMtl } from './nash-mtl.ts';
import { pcgrad } from './pcgrad.ts';
import { rlw } from './rlw.ts';
import { sdmgrad } from './sdmgrad.ts';
import { stch } from './stch.ts';
import type { Strategy } from './strategy.ts';
import { upgrad } from './upgrad.ts';
import { uw } from './uw.ts';

export const strategies = {
  equal,
  manual,
  rlw,
  dwa,
  uw,
  gls,
  stch,
  famo,
  'imtl-l': imtlL,
  gradnorm,
  mgda,
  pcgrad,
  gradvac,
  graddrop,
  'imtl-g': imtlG,
  imtl,
  cagrad,
  'nash-mtl': nashMtl,
  'aligned-mtl': alignedMtl,
  excessmtl,
  fairgrad: fairGrad,
  'db-mtl': dbMtl,
  moco,
  sdmgrad,
  modo,
  upgrad,
  dualproj,
};

export type StrategyId = keyof typeof strategies;

/** Whether a document's strategy is one of the registry. */
export function isStrategy(kind: string): kind is StrategyId {
  return Object.hasOwn(strategies, kind);
}

/**
 * A method by its id.
 * Throws RangeError for an unknown one.
 */
export function strategyOf(kind: string): Strategy {
  if (isStrategy(kind)) return strategies[kind];
  throw new RangeError(`strategy "${kind}" is unknown; known are ${Object.keys(strategies).join(', ')}`);
}

/** What an experiment says of its method; the settings may be anything yet. */
export interface ChosenStrategy {
  readonly kind: string;
  readonly settings: unknown;
}

/** Tasks whose gradients a method can look at: more would not fit the memory of a workgroup. */
const mostGradients = 40;

/**
 * The weights before the first step, [T]: those of a constant method, and 1 for any other, whose own come with each step.
 * Throws RangeError for an unknown method or more tasks than it can look at, and ZodError for invalid settings.
 */
export function startingWeights({ kind, settings }: ChosenStrategy, tasks: readonly string[]): Float64Array {
  const strategy = strategyOf(kind);
  strategy.schema.parse(settings);
  if (strategy.needs !== 'losses' && tasks.length > mostGradients)
    throw new RangeError(`${strategy.name} looks at the gradients of at most ${mostGradients} tasks`);
  const losses = new Float64Array(tasks.length).fill(1);
  return strategy.constant ? strategy.step({ losses, params: settings, tasks }).weights : losses;
}

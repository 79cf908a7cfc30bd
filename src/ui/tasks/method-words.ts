/** What the registry says of a method, in the words of the page. */
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { strategyCost, type StrategyCost } from '#experiment/strategy-cost.ts';
import { formatBytes } from '#lib/format.ts';
import { isStrategy, strategies, strategyOf, type StrategyId } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';

/** What task gradients can be taken by. */
export const gradientChoices = ['representation', 'parameters'] as const;
export type GradientChoice = (typeof gradientChoices)[number];

const sorts = ['Fixed weights', 'Looks at the losses', 'Looks at the gradients'] as const;

/** What a method goes by: the heading under which it is listed. */
export function sortOf({ constant, needs }: Strategy): (typeof sorts)[number] {
  if (constant) return 'Fixed weights';
  return needs === 'losses' ? 'Looks at the losses' : 'Looks at the gradients';
}

/** All methods by what they go by, in the registry's order. */
export function methodGroups(): { readonly title: string; readonly ids: StrategyId[] }[] {
  const ids = Object.keys(strategies).filter(isStrategy);
  return sorts.map((title) => ({ title, ids: ids.filter((id) => sortOf(strategyOf(id)) === title) }));
}

/** Whether a method has to do with what a person looks for: in its name, its words, or its paper. */
export function matches({ name, help, paper }: Strategy, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [name, help, paper?.title, paper?.authors, paper?.venue].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What a step must give it. */
export function needsText({ constant, needs, observe }: Strategy): string {
  if (constant) return 'nothing, its weights are fixed';
  if (needs === 'losses') return observe ? 'the losses, before and after the update' : 'the losses';
  const what = needs === 'gramian' ? 'inner products of the task gradients' : 'the task gradients in full';
  return observe ? `${what}, and the losses after the update` : what;
}

/** Whether there is a choice of what its gradients are taken by; null where it looks at none. */
export function gradientsOf({ needs, gradients }: Strategy): 'either' | 'parameters' | null {
  return needs === 'losses' ? null : (gradients ?? 'either');
}

/** What the cost of a method depends on. */
export interface CostInput {
  readonly plan: NetworkPlan;
  readonly info: DatasetInfo;
  readonly training: Experiment['training'];
}

export function costOf(
  strategy: Strategy,
  by: GradientChoice,
  { plan, training, info }: CostInput,
): StrategyCost {
  return strategyCost(plan, training, info, stepNeeds(strategy, by));
}

/** "≈ 1.1× the arithmetic of equal weights, +3.0 MB". */
export function costText({ arithmetic, bytes }: StrategyCost): string {
  return `≈ ${factorText(arithmetic)}× the arithmetic of equal weights, ${moreText(bytes)}`;
}

/** 1.08 → "1.1", 12.3 → "12". */
export function factorText(factor: number): string {
  return factor >= 9.95
    ? String(Math.round(factor))
    : factor.toFixed(factor < 1.095 && factor >= 1.005 ? 2 : 1);
}

function moreText(bytes: number): string {
  if (Math.abs(bytes) < 500) return 'no more memory';
  return `${bytes < 0 ? '−' : '+'}${formatBytes(Math.abs(bytes))}`;
}

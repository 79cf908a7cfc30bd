/** The layer kinds as the insert menu offers them: by what they are for, and by whether they suit the place. */
import { layers, type Layer, type LayerKind } from '#experiment/layers/index.ts';
import type { LayerError } from '#experiment/layers/layer.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Shape } from '#lib/shape.ts';
import { freshLayer, misfit } from './edits.ts';
import type { Place } from './places.ts';

const order: readonly { readonly title: string; readonly kinds: readonly LayerKind[] }[] = [
  { title: 'Find patterns', kinds: ['conv2d', 'conv-bn-act', 'residual-block'] },
  { title: 'Make smaller', kinds: ['max-pool', 'avg-pool', 'global-avg-pool'] },
  { title: 'Combine', kinds: ['dense', 'flatten', 'activation'] },
  { title: 'Train steadily', kinds: ['batch-norm', 'layer-norm', 'group-norm', 'dropout'] },
];

export interface LayerChoice {
  readonly kind: LayerKind;
  readonly name: string;
  readonly help: string;
  /** What would be inserted: default settings, or the nearest that suit. */
  readonly layer: Layer;
  /** Why it does not suit. */
  readonly misfit: LayerError | undefined;
}

export interface LayerGroup {
  readonly title: string;
  readonly choices: readonly LayerChoice[];
}

/** What flows into a place; undefined where the network is broken before it. */
export function shapeInto(plan: NetworkPlan, trunkLength: number, { task, index }: Place): Shape | undefined {
  const whole = plan.trunk.length === trunkLength;
  const stack = task === null ? plan.trunk : plan.heads.find((head) => head.task.id === task)?.layers;
  if (index > 0) return stack?.[index - 1]?.output;
  if (task === null) return plan.input;
  return whole ? plan.representation : undefined;
}

function choiceOf(kind: LayerKind, input: Shape | undefined): LayerChoice {
  const { name, help } = layers[kind];
  const layer = freshLayer(kind, input);
  return { kind, name, help, layer, misfit: input && misfit(layer, input) };
}

/** All kinds in groups; those that do not suit the input come last. Kinds that no group knows come before them. */
export function layerGroups(input: Shape | undefined): LayerGroup[] {
  const known = new Set(order.flatMap(({ kinds }) => kinds));
  const others = (Object.keys(layers) as LayerKind[]).filter((kind) => !known.has(kind));
  const groups = [...order, { title: 'More', kinds: others }].map(({ title, kinds }) => ({
    title,
    choices: kinds.map((kind) => choiceOf(kind, input)),
  }));
  const fitting = groups.map(({ title, choices }) => ({
    title,
    choices: choices.filter((choice) => !choice.misfit),
  }));
  const unfit = groups.flatMap(({ choices }) => choices.filter((choice) => choice.misfit));
  return [...fitting, { title: 'Does not fit here', choices: unfit }].filter(
    ({ choices }) => choices.length > 0,
  );
}

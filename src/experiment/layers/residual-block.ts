/**
 * Basic residual block (He et al. 2016, https://arxiv.org/abs/1512.03385, figure 2): two 3×3 conv-bn bricks plus the
 * input, activation after the sum. Where shape changes, the shortcut is a 1×1 conv-bn. Children: `first`, `second`,
 * `shortcut`, each with `conv` and `bn`.
 */
import { z } from 'zod';
import { sizeOf, type Shape } from '#lib/shape.ts';
import { activationNames } from './activation.ts';
import { childParameters, convBnAct, convBnActSchema } from './conv-bn-act.ts';
import type { LayerDefinition } from './layer.ts';
import { requireMap } from './window.ts';

export const residualBlockSchema = z.strictObject({
  kind: z.literal('residual-block'),
  filters: z.int().min(1).max(4096).default(64).meta({ title: 'Filters' }),
  stride: z.int().min(1).max(4).default(1).meta({ title: 'Stride' }),
  activation: z.enum(activationNames).default('relu').meta({ title: 'Activation' }),
});
type Settings = z.infer<typeof residualBlockSchema>;
type Brick = z.infer<typeof convBnActSchema>;

/** The bricks of a block on an input; `shortcut` only where the shape changes. */
export function bricksOf(
  settings: Settings,
  input: Shape,
): { first: Brick; second: Brick; shortcut?: Brick } {
  const channels = requireMap('Residual block', input)[2];
  const { filters, stride, activation } = settings;
  const base = { kind: 'conv-bn-act', filters, groups: 1, padding: 'same' } as const;
  const first: Brick = { ...base, kernel: 3, stride, activation };
  const second: Brick = { ...base, kernel: 3, stride: 1, activation: 'none' };
  if (stride === 1 && channels === filters) return { first, second };
  return { first, second, shortcut: { ...base, kernel: 1, stride, activation: 'none' } };
}

/** Adds up a quantity over the bricks of a block. */
function total(settings: Settings, input: Shape, of: (brick: Brick, input: Shape) => number): number {
  const { first, second, shortcut } = bricksOf(settings, input);
  const middle = convBnAct.outputShape(first, input);
  return of(first, input) + of(second, middle) + (shortcut ? of(shortcut, input) : 0);
}

function outputShape(settings: Settings, input: Shape): Shape {
  return convBnAct.outputShape(bricksOf(settings, input).first, input);
}

export const residualBlock: LayerDefinition<Settings> = {
  name: 'Residual block',
  help: 'Two convolutions whose result is added to the input; makes deep networks trainable.',
  schema: residualBlockSchema,
  label: () => 'Residual block',
  outputShape,
  parameters(settings, input) {
    const { first, second, shortcut } = bricksOf(settings, input);
    const middle = convBnAct.outputShape(first, input);
    return [
      ...childParameters('first', convBnAct.parameters(first, input)),
      ...childParameters('second', convBnAct.parameters(second, middle)),
      ...(shortcut ? childParameters('shortcut', convBnAct.parameters(shortcut, input)) : []),
    ];
  },
  flops: (settings, input) =>
    total(settings, input, convBnAct.flops) + 2 * sizeOf(outputShape(settings, input)),
  kept: (settings, input) => total(settings, input, convBnAct.kept),
};

/** What the normalisation layers share. */
import type { Shape } from '#lib/shape.ts';
import type { ParameterSpec } from './layer.ts';

/** Channels of a feature map or features of a vector: the last extent. */
export function channelsOf(shape: Shape): number {
  return shape[shape.length - 1] ?? 0;
}

/** Scale (`weight`, 1) and shift (`bias`, 0), one per channel. */
export function normParameters(channels: number): ParameterSpec[] {
  const make = (name: string, value: number): ParameterSpec => ({
    name,
    shape: [channels],
    layout: 'vector',
    initialiser: { kind: 'constant', value },
    trainable: true,
  });
  return [make('weight', 1), make('bias', 0)];
}

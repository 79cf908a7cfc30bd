/** Sliding windows: what convolutions and pooling share. */
import { z } from 'zod';
import { formatShape, isMap, type MapShape, type Shape } from '#lib/shape.ts';
import { LayerError } from './layer.ts';

/** `valid`: no padding; `same`: (kernel − 1) / 2 zeros on each side, as PyTorch's padding=kernel//2 for odd kernels. */
export const paddingSchema = z.enum(['valid', 'same']).default('valid').meta({ title: 'Padding' });
export type Padding = z.infer<typeof paddingSchema>;

/** Zeros added on every side. */
export function paddingOf(kernel: number, padding: Padding): number {
  return padding === 'same' ? Math.floor(kernel / 2) : 0;
}

/** The input as a feature map. Throws LayerError for a vector. */
export function requireMap(name: string, input: Shape): MapShape {
  if (isMap(input)) return input;
  throw new LayerError(
    `${name} needs a feature map (height×width×channels), but its input is a vector of ${formatShape(input)}`,
    'Move it before the first Dense, Flatten or Global average pool layer.',
  );
}

/**
 * Output [height, width] of a window, as PyTorch: ⌊(extent + 2·padding − kernel) / stride⌋ + 1.
 * Throws LayerError where the window does not fit.
 */
export function slide(
  name: string,
  input: MapShape,
  kernel: number,
  stride: number,
  padding: Padding,
): readonly [number, number] {
  const [height, width] = input;
  const pad = paddingOf(kernel, padding);
  if (kernel > Math.min(height, width) + 2 * pad) {
    throw new LayerError(
      `${name}: kernel ${kernel} does not fit its ${height}×${width} input`,
      `Use a kernel of at most ${Math.min(height, width)}, "same" padding, or fewer poolings before it.`,
      'kernel',
    );
  }
  const extent = (size: number) => Math.floor((size + 2 * pad - kernel) / stride) + 1;
  return [extent(height), extent(width)];
}

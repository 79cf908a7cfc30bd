/** What every layer kind tells about itself, without tfjs: settings, output shape, parameters, cost. */
import type { z } from 'zod';
import type { MapShape, Shape } from '#lib/shape.ts';

/**
 * How a parameter's PyTorch layout maps to the engine's:
 * `conv` [out, in, kh, kw] → [kh, kw, in, out]; `depthwise` [channels·m, 1, kh, kw] → [kh, kw, channels, m];
 * `dense` [out, in] → [in, out], its inputs in the engine's order where they are a feature map (see `map`); `vector`
 * unchanged.
 */
export type Layout = 'conv' | 'depthwise' | 'dense' | 'vector';

/** How a parameter starts: uniform in ±bound (PyTorch's defaults: bound = 1/√fan-in), or a constant. */
export type Initialiser =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'constant'; readonly value: number };

export interface ParameterSpec {
  /** PyTorch name; relative to the layer in a definition (`weight`), full in a plan (`trunk.0.weight`). */
  readonly name: string;
  /** PyTorch shape. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** The feature map, [height, width, channels], that a dense weight takes for its inputs: PyTorch flattens it by channel. */
  readonly map?: MapShape;
  readonly initialiser: Initialiser;
  /** False for running statistics, which the forward pass updates and the optimiser leaves alone. */
  readonly trainable: boolean;
}

/** Where a layer cannot work on its input. `key` names the setting at fault, if one is. */
export class LayerError extends Error {
  readonly key: string | undefined;
  readonly remedy: string;

  constructor(rule: string, remedy: string, key?: string) {
    super(rule);
    this.name = 'LayerError';
    this.key = key;
    this.remedy = remedy;
  }
}

export interface LayerDefinition<Settings> {
  /** What people call it: "Convolution". */
  readonly name: string;
  /** One sentence on what it does and when to use it. */
  readonly help: string;
  /** All settings with defaults and ranges; `title` metadata is the label in the inspector. */
  readonly schema: z.ZodType<Settings>;
  /** Short text for a node of the graph: "Conv 5×5". */
  label(settings: Settings): string;
  /** Output shape of one sample. Throws LayerError where the input does not suit. */
  outputShape(settings: Settings, input: Shape): Shape;
  parameters(settings: Settings, input: Shape): ParameterSpec[];
  /** Floating-point operations of one forward pass of one sample (a multiply-add counts 2). */
  flops(settings: Settings, input: Shape): number;
  /** Numbers per sample that must stay in memory for the backward pass, its output included. */
  kept(settings: Settings, input: Shape): number;
}

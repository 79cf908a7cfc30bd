/**
 * A network in the few words that every contender understands, Python too: plain data, parameters by their PyTorch names.
 */
import { bricksOf } from '#experiment/layers/residual-block.ts';
import { paddingOf, type Padding } from '#experiment/layers/window.ts';
import type { LayerPlan, NetworkPlan } from '#experiment/plan.ts';
import type { Shape } from '#lib/shape.ts';

/** A convolution, then batch norm where it has no bias, then ReLU where told. */
export interface ConvStep {
  readonly kind: 'conv';
  readonly weight: string;
  readonly bias?: string;
  /** Before `weight`, `bias`, `running_mean`, `running_var`; absent without batch norm. */
  readonly norm?: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros on every side. */
  readonly padding: number;
  readonly relu: boolean;
}

export type Step =
  | ConvStep
  /** The branch plus the shortcut (where absent, the input), then ReLU. */
  | {
      readonly kind: 'residual';
      readonly branch: readonly [ConvStep, ConvStep];
      readonly shortcut?: ConvStep;
    }
  /** Windows of `size` that do not overlap. */
  | { readonly kind: 'max-pool'; readonly size: number }
  /** The mean of each channel, as a vector. */
  | { readonly kind: 'average' }
  /** A map is flattened first, in PyTorch's order. */
  | {
      readonly kind: 'dense';
      readonly weight: string;
      readonly bias: string;
      readonly units: number;
      /** Of one sample: [height, width, channels] or [features]. */
      readonly input: Shape;
      readonly relu: boolean;
    };

export interface Recipe {
  readonly trunk: readonly Step[];
  /** One per task, each ending in its logits. */
  readonly heads: readonly (readonly Step[])[];
}

/** Throws where the network has a layer that the contenders do not know. */
export function recipeOf(plan: NetworkPlan): Recipe {
  return { trunk: plan.trunk.map(stepOf), heads: plan.heads.map(({ layers }) => layers.map(stepOf)) };
}

interface Window {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
}

function windowOf({ filters, kernel, stride, padding }: Window) {
  return { filters, kernel, stride, padding: paddingOf(kernel, padding) };
}

function brick(path: string, settings: Window & { activation: string }): ConvStep {
  const relu = settings.activation === 'relu';
  return { kind: 'conv', weight: `${path}.conv.weight`, norm: `${path}.bn`, ...windowOf(settings), relu };
}

function stepOf({ layer, path, input }: LayerPlan): Step {
  switch (layer.kind) {
    case 'conv2d': {
      const names = { weight: `${path}.weight`, bias: `${path}.bias` };
      return { kind: 'conv', ...names, ...windowOf(layer), relu: layer.activation === 'relu' };
    }
    case 'conv-bn-act':
      return brick(path, layer);
    case 'residual-block': {
      const { first, second, shortcut } = bricksOf(layer, input);
      const branch = [brick(`${path}.first`, first), brick(`${path}.second`, second)] as const;
      return {
        kind: 'residual',
        branch,
        ...(shortcut ? { shortcut: brick(`${path}.shortcut`, shortcut) } : {}),
      };
    }
    case 'max-pool':
      return { kind: 'max-pool', size: layer.kernel };
    case 'global-avg-pool':
      return { kind: 'average' };
    case 'dense': {
      const names = { weight: `${path}.weight`, bias: `${path}.bias` };
      return { kind: 'dense', ...names, units: layer.units, input, relu: layer.activation === 'relu' };
    }
    default:
      throw new Error(`The contenders of the bench have no ${layer.kind} layer (${path}).`);
  }
}

/** The networks that the bench trains: the only list of them. All have two tasks of ten classes and train with Adam. */
import type { ImageShape } from '#experiment/dataset-info.ts';
import { presets } from '#experiment/presets/index.ts';
import type { LayerInput, Preset } from '#experiment/presets/preset.ts';

export interface BenchNetwork {
  readonly name: string;
  readonly image: ImageShape;
  readonly batchSize: number;
  readonly trunk: readonly LayerInput[];
  readonly head: readonly LayerInput[];
  /** Where it is measured when nobody asks for it by name. */
  readonly measured: 'everywhere' | 'hardware' | 'asked';
}

const grey = (size: number): ImageShape => ({ height: size, width: size, channels: 1 });
const colour = (size: number): ImageShape => ({ height: size, width: size, channels: 3 });

const ofPreset = ({ name, trunk, head }: Preset) => ({ name, trunk, head });
const pool: LayerInput = { kind: 'max-pool', kernel: 2, stride: 2 };
const conv = (filters: number): LayerInput => ({ kind: 'conv2d', filters, kernel: 3, padding: 'same' });
const stage = (filters: number, stride: number): LayerInput[] => [
  { kind: 'residual-block', filters, stride },
  { kind: 'residual-block', filters },
];

export const networks = {
  lenet: { ...ofPreset(presets.lenet), image: grey(28), batchSize: 256, measured: 'everywhere' },
  'vgg-small': {
    name: 'VGG-small (3 convolutions)',
    image: colour(32),
    batchSize: 64,
    trunk: [conv(32), pool, conv(64), pool, conv(128), pool, { kind: 'dense', units: 128 }],
    head: [],
    measured: 'everywhere',
  },
  'multi-task-net': {
    ...ofPreset(presets['multi-task-net']),
    image: colour(64),
    batchSize: 16,
    measured: 'everywhere',
  },
  'resnet-9': { ...ofPreset(presets['resnet-9']), image: colour(32), batchSize: 64, measured: 'everywhere' },
  /** He et al. 2016, table 1, with a 2×2 pool after the first convolution. */
  'resnet-18': {
    name: 'ResNet-18',
    image: colour(64),
    batchSize: 64,
    trunk: [
      { kind: 'conv-bn-act', filters: 64, kernel: 7, stride: 2 },
      pool,
      ...stage(64, 1),
      ...stage(128, 2),
      ...stage(256, 2),
      ...stage(512, 2),
      { kind: 'global-avg-pool' },
    ],
    head: [],
    measured: 'hardware',
  },
  /** For the bench's own tests. */
  tiny: {
    name: 'Tiny',
    image: colour(8),
    batchSize: 8,
    trunk: [
      { kind: 'conv2d', filters: 4, kernel: 3 },
      pool,
      { kind: 'conv-bn-act', filters: 4, kernel: 3 },
      { kind: 'residual-block', filters: 6, stride: 2 },
      { kind: 'dense', units: 8 },
    ],
    head: [],
    measured: 'asked',
  },
} satisfies Record<string, BenchNetwork>;

export type NetworkId = keyof typeof networks;

export function isNetworkId(text: string): text is NetworkId {
  return Object.hasOwn(networks, text);
}

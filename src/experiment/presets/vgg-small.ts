/** A small VGG (Simonyan & Zisserman 2014, https://arxiv.org/abs/1409.1556): pairs of 3×3 convolutions. */
import type { LayerInput, Preset } from './preset.ts';

const pair = (filters: number): LayerInput[] => [
  { kind: 'conv2d', filters, kernel: 3, padding: 'same' },
  { kind: 'conv2d', filters, kernel: 3, padding: 'same' },
  { kind: 'max-pool', kernel: 2, stride: 2 },
];

export const vggSmall: Preset = {
  name: 'VGG-small',
  help: 'Six 3×3 convolutions; more capacity than LeNet, still quick.',
  trunk: [...pair(32), ...pair(64), ...pair(128), { kind: 'dense', units: 128 }],
  head: [{ kind: 'dense', units: 64 }],
};

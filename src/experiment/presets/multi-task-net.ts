/**
 * MultiTaskNet: 3→64→64→128→128→256→256→512→512 in 3×3 convolutions, 2×2 max-pool after each pair, dense 768, one
 * projection per task. The published listing feeds 768·4·4 features into the dense layer; on 64-pixel images the last
 * pool gives 512·4·4, which shape inference finds by itself.
 */
import type { LayerInput, Preset } from './preset.ts';

const pair = (filters: number): LayerInput[] => [
  { kind: 'conv2d', filters, kernel: 3, padding: 'same' },
  { kind: 'conv2d', filters, kernel: 3, padding: 'same' },
  { kind: 'max-pool', kernel: 2, stride: 2 },
];

export const multiTaskNet: Preset = {
  name: 'MultiTaskNet',
  help: 'Eight convolutions up to 512 channels; large, for a real GPU.',
  trunk: [...pair(64), ...pair(128), ...pair(256), ...pair(512), { kind: 'dense', units: 768 }],
  head: [],
};

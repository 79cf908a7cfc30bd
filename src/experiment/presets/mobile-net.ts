/** A small MobileNet (Howard et al. 2017, https://arxiv.org/abs/1704.04861): depthwise, then 1×1 convolutions. */
import type { LayerInput, Preset } from './preset.ts';

const separable = (channels: number, filters: number, stride: number): LayerInput[] => [
  { kind: 'conv-bn-act', filters: channels, kernel: 3, stride, groups: channels },
  { kind: 'conv-bn-act', filters, kernel: 1 },
];

export const mobileNet: Preset = {
  name: 'MobileNet-small',
  help: 'Depthwise-separable convolutions: few parameters, few operations.',
  trunk: [
    { kind: 'conv-bn-act', filters: 16, kernel: 3 },
    ...separable(16, 32, 2),
    ...separable(32, 64, 1),
    ...separable(64, 128, 2),
    ...separable(128, 128, 1),
    { kind: 'global-avg-pool' },
  ],
  head: [{ kind: 'dense', units: 64 }],
};

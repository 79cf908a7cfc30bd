/** ResNet-9 (as in Page 2018, "How to train your ResNet"): convolutions with batch norm around two residual blocks. */
import type { Preset } from './preset.ts';

export const resnet9: Preset = {
  name: 'ResNet-9',
  help: 'Residual blocks with batch norm; strong on small colour images.',
  trunk: [
    { kind: 'conv-bn-act', filters: 32, kernel: 3 },
    { kind: 'conv-bn-act', filters: 64, kernel: 3 },
    { kind: 'max-pool', kernel: 2, stride: 2 },
    { kind: 'residual-block', filters: 64 },
    { kind: 'conv-bn-act', filters: 128, kernel: 3 },
    { kind: 'max-pool', kernel: 2, stride: 2 },
    { kind: 'conv-bn-act', filters: 128, kernel: 3 },
    { kind: 'max-pool', kernel: 2, stride: 2 },
    { kind: 'residual-block', filters: 128 },
    { kind: 'global-avg-pool' },
  ],
  head: [{ kind: 'dense', units: 64 }],
};

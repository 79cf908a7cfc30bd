/** LeNet as the multi-task literature uses it on MultiMNIST (Sener & Koltun 2018, https://arxiv.org/abs/1810.04650). */
import type { Preset } from './preset.ts';

export const lenet: Preset = {
  name: 'LeNet',
  help: 'Small and quick; the usual network for the Multi-MNIST family.',
  trunk: [
    { kind: 'conv2d', filters: 10, kernel: 5 },
    { kind: 'max-pool', kernel: 2, stride: 2 },
    { kind: 'conv2d', filters: 20, kernel: 5 },
    { kind: 'max-pool', kernel: 2, stride: 2 },
    { kind: 'dense', units: 50 },
  ],
  head: [{ kind: 'dense', units: 50 }],
};

/** MultiMNIST (Sabour et al. 2017, Sener & Koltun 2018): two handwritten digits per image. */
import { digits } from './base-sets.ts';
import { defineMulti } from './multi.ts';

export const multiMnist = defineMulti({
  id: 'multi-mnist',
  name: 'MultiMNIST',
  description:
    'Two overlapping handwritten digits per image, one top-left and one bottom-right. Two tasks: which digit is where?',
  topLeft: digits,
  bottomRight: digits,
});

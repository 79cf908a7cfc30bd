/** Multi-Fashion+MNIST (Lin et al. 2019): a digit and a garment per image. */
import { digits, garments } from './base-sets.ts';
import { defineMulti } from './multi.ts';

export const multiFashionMnist = defineMulti({
  id: 'multi-fashion-mnist',
  name: 'Multi-Fashion+MNIST',
  description:
    'A handwritten digit top-left and a garment bottom-right, overlapping. Two tasks of unequal difficulty: which digit, which garment?',
  topLeft: digits,
  bottomRight: garments,
});

/** Multi-Fashion (Lin et al. 2019): two garments per image. */
import { garments } from './base-sets.ts';
import { defineMulti } from './multi.ts';

export const multiFashion = defineMulti({
  id: 'multi-fashion',
  name: 'Multi-Fashion',
  description:
    'Two overlapping garments per image, one top-left and one bottom-right. Two tasks: which garment is where?',
  topLeft: garments,
  bottomRight: garments,
});

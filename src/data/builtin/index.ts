/** The registry of built-in data sets, in the order in which they are offered. */
import type { BuiltinDataset, BuiltinId } from './builtin.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { multiFashionMnist } from './multi-fashion-mnist.ts';
import { multiFashion } from './multi-fashion.ts';
import { multiMnist } from './multi-mnist.ts';
import { shapes } from './shapes.ts';

export const builtinDatasets: Readonly<Record<BuiltinId, BuiltinDataset>> = {
  'multi-fashion': multiFashion,
  'multi-mnist': multiMnist,
  'multi-fashion-mnist': multiFashionMnist,
  shapes,
  'fashion-mnist': fashionMnist,
};

/** Fashion-MNIST itself (Xiao et al. 2017), with two coarser tasks derived from its classes. */
import { z } from 'zod';
import { hash, permute, stream } from '#lib/random.ts';
import { type ColumnInfo, splitNames } from '#experiment/dataset-info.ts';
import type { WholeDataset } from '../dataset.ts';
import { consecutiveSplit } from '../split.ts';
import { garments } from './base-sets.ts';
import { type BuildContext, defineBuiltin } from './builtin.ts';

const groups = ['tops', 'bottoms', 'dress', 'shoes', 'bag'] as const;

/** Group of each garment class, in the order of `garments.classes`. */
const groupOf: readonly (typeof groups)[number][] = [
  'tops',
  'bottoms',
  'tops',
  'dress',
  'tops',
  'shoes',
  'tops',
  'shoes',
  'bag',
  'shoes',
];

const count = (most: number, title: string) =>
  z
    .int()
    .min(10)
    .max(most)
    .default(most)
    .meta({ title, description: 'Fewer are chosen evenly from all garments.' });

const settings = z.strictObject({
  trainCount: count(12_000, 'Training images'),
  validationCount: count(2000, 'Validation images'),
  testCount: count(3000, 'Test images'),
});

const columns: readonly ColumnInfo[] = [
  { id: 'garment', name: 'garment', kind: 'class', classes: garments.classes },
  { id: 'group', name: 'group', kind: 'class', classes: groups },
  { id: 'footwear', name: 'footwear', kind: 'class', classes: ['no', 'yes'] },
];

export const fashionMnist = defineBuiltin({
  id: 'fashion-mnist',
  name: 'Fashion-MNIST',
  settings,
  info: (chosen) => ({
    description:
      'One garment per image. Three tasks of rising ease: which garment, which kind of garment, footwear or not?',
    licence: garments.licence,
    source: garments.source,
    image: { height: 28, width: 28, channels: 1 },
    columns,
    counts: { train: chosen.trainCount, validation: chosen.validationCount, test: chosen.testCount },
  }),
  build: (_, context) => build(context),
});

async function build({ info, seed, source, pace }: BuildContext): Promise<WholeDataset> {
  const base = await garments.read(source);
  const size = base.height * base.width;
  const split = consecutiveSplit(info.counts);
  const total = split.train.length + split.validation.length + split.test.length;
  const images = new Uint8Array(total * size);
  const garment = new Float32Array(total);
  for (const part of splitNames) {
    const { start, end } = base.ranges[part];
    for (const [i, sample] of split[part].entries()) {
      const from = start + chooseEvenly(i, end - start, hash(seed, stream.split, start));
      images.set(base.images.subarray(from * size, (from + 1) * size), sample * size);
      garment[sample] = base.labels[from] ?? Number.NaN;
      await pace.tick();
    }
  }
  const group = garment.map((label) => groups.indexOf(groupOf[label] ?? 'bag'));
  const footwear = group.map((label) => Number(groups[label] === 'shoes'));
  const values = [garment, group, footwear];
  return {
    info,
    images,
    columns: columns.map((column, i) => ({ info: column, values: values[i] ?? garment })),
    split,
  };
}

/**
 * The i-th choice from a part in which image j has class j modulo 10: classes in turn, images of a class permuted.
 * @returns index within the part
 */
function chooseEvenly(i: number, size: number, key: number): number {
  const classes = garments.classes.length;
  const label = i % classes;
  return permute(Math.floor(i / classes), Math.floor(size / classes), hash(key, label)) * classes + label;
}

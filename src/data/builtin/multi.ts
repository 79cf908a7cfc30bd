/** The family of two-item sets: which item is top-left, which bottom-right? One call defines one set. */
import { z } from 'zod';
import { type ColumnInfo, type DatasetInfo, splitNames } from '#experiment/dataset-info.ts';
import type { WholeDataset } from '../dataset.ts';
import { consecutiveSplit } from '../split.ts';
import type { BaseSet } from './base-sets.ts';
import { type BuildContext, type BuiltinDataset, type BuiltinId, defineBuiltin } from './builtin.ts';
import type { PackedImages } from './packed-images.ts';
import { canvasSide, createShrink, drawPair, planPairs } from './pairs.ts';

const count = (initial: number, most: number, title: string) =>
  z
    .int()
    .min(100)
    .max(most)
    .default(initial)
    .meta({ title, description: 'Pairs composed from this part’s own images.' });

const settings = z.strictObject({
  size: z.literal([28, 36]).default(36).meta({
    title: 'Image size',
    description: 'Pixels per side: the 36×36 canvas as it is, or scaled down to 28×28.',
  }),
  trainCount: count(20_000, 120_000, 'Training images'),
  validationCount: count(2000, 20_000, 'Validation images'),
  testCount: count(2000, 20_000, 'Test images'),
  shift: z.int().min(0).max(3).default(0).meta({
    title: 'Random shift',
    description:
      'Pixels by which each item may move from its corner towards the other: more overlap, harder tasks.',
  }),
});
type Settings = z.output<typeof settings>;

interface MultiDefinition {
  readonly id: BuiltinId;
  readonly name: string;
  readonly description: string;
  readonly topLeft: BaseSet;
  readonly bottomRight: BaseSet;
}

/** Defines the set that pairs items of one base set with items of another, or of the same. */
export function defineMulti(definition: MultiDefinition): BuiltinDataset {
  const { id, name } = definition;
  return defineBuiltin({
    id,
    name,
    settings,
    info: (chosen) => describe(definition, chosen),
    build: (chosen, context) => build(definition, chosen, context),
  });
}

function describe(definition: MultiDefinition, chosen: Settings): Omit<DatasetInfo, 'id' | 'name'> {
  const { topLeft, bottomRight, description } = definition;
  const bases = topLeft === bottomRight ? [topLeft] : [topLeft, bottomRight];
  const column = (columnId: string, place: string, base: BaseSet): ColumnInfo => ({
    id: columnId,
    name: bases.length === 1 ? place : `${place} ${base.item}`,
    kind: 'class',
    classes: base.classes,
  });
  return {
    description,
    licence: bases.map((base) => base.licence).join('; '),
    source: `Pairs composed of ${bases.map((base) => base.source).join('; and ')}`,
    image: { height: chosen.size, width: chosen.size, channels: 1 },
    columns: [column('top-left', 'top left', topLeft), column('bottom-right', 'bottom right', bottomRight)],
    counts: { train: chosen.trainCount, validation: chosen.validationCount, test: chosen.testCount },
  };
}

async function build(
  definition: MultiDefinition,
  chosen: Settings,
  context: BuildContext,
): Promise<WholeDataset> {
  const { info, seed, source, pace } = context;
  const same = definition.topLeft === definition.bottomRight;
  const topLeft = await definition.topLeft.read(source);
  const bottomRight = same ? topLeft : await definition.bottomRight.read(source);
  const split = consecutiveSplit(info.counts);
  const total = split.train.length + split.validation.length + split.test.length;
  const pixels = chosen.size * chosen.size;
  const images = new Uint8Array(total * pixels);
  const labels = [new Float32Array(total), new Float32Array(total)] as const;
  const canvas = new Uint8Array(canvasSide * canvasSide);
  const shrink = createShrink(canvasSide, chosen.size);
  for (const part of splitNames) {
    const bases = { topLeft: topLeft.ranges[part], bottomRight: bottomRight.ranges[part], same };
    const plan = planPairs(part, info.counts[part], bases, seed, chosen.shift);
    for (const [i, sample] of split[part].entries()) {
      drawPair(plan, i, topLeft, bottomRight, canvas);
      const image = images.subarray(sample * pixels, (sample + 1) * pixels);
      if (chosen.size === canvasSide) image.set(canvas);
      else shrink(canvas, image);
      labels[0][sample] = labelOf(topLeft, plan.topLeft, i);
      labels[1][sample] = labelOf(bottomRight, plan.bottomRight, i);
      await pace.tick();
    }
  }
  return {
    info,
    images,
    columns: info.columns.map((column, i) => ({ info: column, values: labels[i] ?? labels[0] })),
    split,
  };
}

function labelOf(base: PackedImages, indices: Uint32Array, pair: number): number {
  return base.labels[indices[pair] ?? 0] ?? Number.NaN;
}

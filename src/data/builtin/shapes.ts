/** Shapes: procedural colour pictures with a task of every kind. */
import { z } from 'zod';
import { hash, Random, stream } from '#lib/random.ts';
import { type ColumnInfo, splitNames } from '#experiment/dataset-info.ts';
import type { WholeDataset } from '../dataset.ts';
import { consecutiveSplit } from '../split.ts';
import { type BuildContext, defineBuiltin } from './builtin.ts';
import { shapeNames } from './outlines.ts';
import { createCanvas } from './raster.ts';
import { colourNames, develop, drawScene, planScene, type Scene } from './scene.ts';

const count = (initial: number, title: string) =>
  z
    .int()
    .min(100)
    .max(100_000)
    .default(initial)
    .meta({ title, description: 'Drawn afresh, as many as you like.' });
const dial = (initial: number, title: string, description: string) =>
  z.number().min(0).max(1).default(initial).meta({ title, description });

/** Most bytes of pixels: a browser tab must hold them and pass them on. */
const maximumBytes = 2 ** 30;

const settings = z
  .strictObject({
    size: z.literal([32, 64]).default(32).meta({ title: 'Image size', description: 'Pixels per side.' }),
    trainCount: count(6000, 'Training images'),
    validationCount: count(1000, 'Validation images'),
    testCount: count(1000, 'Test images'),
    noise: dial(0.1, 'Noise', 'Grain over every pixel; at 1 its standard deviation is 100 of 255.'),
    clutter: z.int().min(0).max(8).default(3).meta({
      title: 'Clutter',
      description: 'Up to so many smaller objects beside the main one.',
    }),
    overlap: dial(0.3, 'Overlap', '0: objects keep apart; 1: they may cover each other up to their centres.'),
    rotation: z.number().min(0).max(180).default(30).meta({
      title: 'Rotation',
      description: 'Degrees by which an object may be turned either way.',
    }),
  })
  .refine(
    ({ size, trainCount, validationCount, testCount }) =>
      (trainCount + validationCount + testCount) * size * size * 3 <= maximumBytes,
    {
      path: ['trainCount'],
      message: 'so many images of this size take more than 1 GiB: ask for fewer or smaller ones',
    },
  );
type Settings = z.output<typeof settings>;

const columns: readonly ColumnInfo[] = [
  { id: 'shape', name: 'shape', kind: 'class', classes: shapeNames },
  { id: 'colours', name: 'colours', kind: 'labels', classes: colourNames },
  { id: 'position', name: 'position', kind: 'number', names: ['x', 'y'] },
  { id: 'size', name: 'size', kind: 'number', names: ['size'] },
];

export const shapes = defineBuiltin({
  id: 'shapes',
  name: 'Shapes',
  settings,
  info: (chosen) => ({
    description:
      'Drawn colour pictures. Shape, position and size of the largest object (0…1 of the image side), and all colours present: one task of every kind.',
    licence: 'none needed: drawn by this program',
    source: 'Drawn from the seed',
    image: { height: chosen.size, width: chosen.size, channels: 3 },
    columns,
    counts: { train: chosen.trainCount, validation: chosen.validationCount, test: chosen.testCount },
  }),
  build,
});

async function build(chosen: Settings, { info, seed, pace }: BuildContext): Promise<WholeDataset> {
  const split = consecutiveSplit(info.counts);
  const total = split.train.length + split.validation.length + split.test.length;
  const pixels = chosen.size * chosen.size * 3;
  const images = new Uint8Array(total * pixels);
  const canvas = createCanvas(chosen.size);
  const labels = createLabels(total);
  for (const [partIndex, part] of splitNames.entries()) {
    for (const [i, sample] of split[part].entries()) {
      const key = hash(seed, stream.compose, partIndex, i);
      const scene = planScene(new Random(key), chosen);
      drawScene(scene, canvas);
      const image = images.subarray(sample * pixels, (sample + 1) * pixels);
      develop(canvas, 100 * chosen.noise, hash(key, 1), image);
      label(scene, sample, labels);
      await pace.tick();
    }
  }
  const values = [labels.shape, labels.colours, labels.position, labels.size];
  return {
    info,
    images,
    columns: columns.map((column, i) => ({ info: column, values: values[i] ?? labels.shape })),
    split,
  };
}

type Labels = ReturnType<typeof createLabels>;

function createLabels(total: number) {
  return {
    shape: new Float32Array(total),
    colours: new Float32Array(total * colourNames.length),
    position: new Float32Array(total * 2),
    /** Diameter of the circumscribed circle. */
    size: new Float32Array(total),
  };
}

function label({ objects }: Scene, sample: number, labels: Labels): void {
  const [main] = objects;
  labels.shape[sample] = main.shape;
  for (const { colour } of objects) labels.colours[sample * colourNames.length + colour] = 1;
  labels.position.set([main.x, main.y], 2 * sample);
  labels.size[sample] = 2 * main.radius;
}

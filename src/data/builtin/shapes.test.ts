import { describe, expect, it } from 'vitest';
import { Random } from '#lib/random.ts';
import type { ByteSource } from '../byte-source.ts';
import type { WholeDataset } from '../dataset.ts';
import { shapeNames } from './outlines.ts';
import { createCanvas } from './raster.ts';
import { colourJitter, colourNames, develop, palette, planScene } from './scene.ts';
import { shapes } from './shapes.ts';

const nothing: ByteSource = () => Promise.reject(new Error('Shapes needs no file'));
const counts = { trainCount: 400, validationCount: 100, testCount: 100 };
const clean = { ...counts, noise: 0, clutter: 0 };

/** Values of one column, a row per sample. */
function rows(dataset: WholeDataset, id: string): number[][] {
  const column = dataset.columns.find(({ info }) => info.id === id);
  const values = Array.from(column?.values ?? []);
  const width = values.length / 600;
  return Array.from({ length: 600 }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** Red, green, blue of one pixel. */
function pixel(dataset: WholeDataset, sample: number, x: number, y: number): number[] {
  const side = dataset.info.image.width;
  const start = ((sample * side + Math.floor(y * side)) * side + Math.floor(x * side)) * 3;
  return Array.from(dataset.images.subarray(start, start + 3));
}

/** Names of the palette's colours within jitter (and half a step of rounding) of a pixel. */
const namesOf = (rgb: readonly number[]) =>
  colourNames.filter((name) =>
    palette[name].every((value, i) => Math.abs(value - (rgb[i] ?? 0)) <= colourJitter + 0.5),
  );

/** Pixels that are not grey: those of objects. */
function coloured(dataset: WholeDataset, sample: number): { x: number; y: number }[] {
  const side = dataset.info.image.width;
  const at = (k: number) => ({ x: ((k % side) + 0.5) / side, y: (Math.floor(k / side) + 0.5) / side });
  return Array.from({ length: side * side }, (_, k) => at(k)).filter(({ x, y }) => {
    const rgb = pixel(dataset, sample, x, y);
    return Math.max(...rgb) - Math.min(...rgb) > 8;
  });
}

describe.each([32, 64])('Shapes of %i pixels', (size) => {
  it('labels a lone object with the colour and the place that the pixels show', async () => {
    const dataset = await shapes.build({ ...clean, size }, 5, nothing);
    const [colours, positions, sizes] = ['colours', 'position', 'size'].map((id) => rows(dataset, id));
    for (let sample = 0; sample < 600; sample++) {
      const [x = 0, y = 0] = positions?.[sample] ?? [];
      const present = colourNames.filter((_, i) => colours?.[sample]?.[i] === 1);
      expect(present).toHaveLength(1);
      expect(namesOf(pixel(dataset, sample, x, y))).toEqual(present);
      const object = coloured(dataset, sample);
      const radius = (sizes?.[sample]?.[0] ?? 0) / 2;
      const reach = Math.max(...object.map((point) => Math.hypot(point.x - x, point.y - y)));
      expect(reach).toBeLessThan(radius + 1 / size);
      expect(reach).toBeGreaterThan(radius - 3 / size);
    }
  });

  it('shows every colour that it labels, and labels every colour that it shows', async () => {
    const dataset = await shapes.build({ ...counts, size, noise: 0, clutter: 8, overlap: 1 }, 5, nothing);
    const labelled = rows(dataset, 'colours').map((row) => colourNames.filter((_, i) => row[i] === 1));
    for (const [sample, names] of labelled.entries()) {
      const shown = coloured(dataset, sample).map(({ x, y }) => namesOf(pixel(dataset, sample, x, y))[0]);
      // A pixel on an edge mixes two colours, which may look like a third: labels are checked for being shown
      // at all, and what is shown widely for being labelled.
      expect(names.filter((name) => !shown.includes(name))).toEqual([]);
      const wide = colourNames.filter((name) => shown.filter((s) => s === name).length > 0.02 * size * size);
      expect(wide.filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it('tells shapes apart by how much of their circle they fill', async () => {
    const dataset = await shapes.build({ ...clean, size }, 5, nothing);
    const shape = rows(dataset, 'shape').flat();
    const sizes = rows(dataset, 'size').flat();
    const filled = shapeNames.map((_, index) => {
      const shares = shape.flatMap((label, sample) => {
        const circle = Math.PI * ((sizes[sample] ?? 0) / 2) ** 2 * size * size;
        return label === index ? [coloured(dataset, sample).length / circle] : [];
      });
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    });
    const order = (name: (typeof shapeNames)[number]) => filled[shapeNames.indexOf(name)] ?? 0;
    expect(order('circle')).toBeGreaterThan(order('square'));
    expect(order('square')).toBeGreaterThan(order('heart') - 0.1);
    expect(order('heart')).toBeGreaterThan(order('triangle'));
    expect(order('triangle')).toBeGreaterThan(order('star') - 0.05);
  });
});

const crowded = { size: 32, clutter: 8, overlap: 0, rotation: 180 };

/** Distances between the objects of 300 scenes, from rim to rim and from the larger one's rim to the other's centre. */
const gaps = (overlap: number) =>
  Array.from({ length: 300 }, (_, i) => planScene(new Random(9, i), { ...crowded, overlap }).objects).flatMap(
    (objects) =>
      objects.flatMap((a, i) =>
        objects.slice(i + 1).map((b) => ({
          rims: Math.hypot(a.x - b.x, a.y - b.y) - a.radius - b.radius,
          centre: Math.hypot(a.x - b.x, a.y - b.y) - Math.max(a.radius, b.radius),
        })),
      ),
  );

describe('planScene', () => {
  const scenes = Array.from({ length: 300 }, (_, i) => planScene(new Random(9, i), crowded));

  it('makes the first object the largest, inside the picture', () => {
    for (const { objects } of scenes) {
      const [main, ...others] = objects;
      expect(Math.max(0, ...others.map(({ radius }) => radius))).toBeLessThan(main.radius);
      for (const { x, y, radius } of objects) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(radius);
        expect(Math.max(x, y)).toBeLessThanOrEqual(1 - radius);
      }
    }
  });

  it('keeps objects apart without overlap and lets them meet with it, never centre on object', () => {
    expect(Math.min(...gaps(0).map(({ rims }) => rims))).toBeGreaterThan(0);
    expect(gaps(1).filter(({ rims }) => rims < 0).length).toBeGreaterThan(100);
    expect(Math.min(...gaps(1).map(({ centre }) => centre))).toBeGreaterThan(0);
  });

  it('uses up to the asked number of other objects', () => {
    const numbers = scenes.map(({ objects }) => objects.length);
    expect(Math.max(...numbers)).toBe(9);
    expect(Math.min(...numbers)).toBe(1);
    expect(planScene(new Random(1), { ...crowded, clutter: 0 }).objects).toHaveLength(1);
  });
});

const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

describe('develop', () => {
  const canvas = createCanvas(64);
  canvas.pixels.fill(128);
  const values = (deviation: number, key: number) => {
    const out = new Uint8Array(64 * 64 * 3);
    develop(canvas, deviation, key, out);
    return Array.from(out);
  };

  it('adds noise of the deviation asked for, without bias or correlation', () => {
    const noise = values(20, 77).map((value) => value - 128);
    expect(Math.abs(mean(noise))).toBeLessThan(0.6);
    expect(Math.sqrt(mean(noise.map((value) => value ** 2)))).toBeCloseTo(20, 0);
    for (const lag of [1, 3, 192]) {
      const pairs = noise.slice(lag).map((value, i) => value * (noise[i] ?? 0));
      expect(Math.abs(mean(pairs)) / 400).toBeLessThan(0.04);
    }
  });

  it('adds none at 0, and depends on the key', () => {
    expect(new Set(values(0, 1))).toEqual(new Set([128]));
    expect(values(20, 1)).toEqual(values(20, 1));
    expect(values(20, 1)).not.toEqual(values(20, 2));
  });
});

/** Images of 32 pixels of the last part. */
const testImages = (dataset: WholeDataset) =>
  dataset.images.slice((dataset.split.test[0] ?? 0) * 32 * 32 * 3);

describe('Shapes', () => {
  it('draws a part the same whatever the size of the others', async () => {
    const small = await shapes.build({ ...counts, trainCount: 100 }, 1, nothing);
    const large = await shapes.build(counts, 1, nothing);
    expect(Buffer.compare(testImages(small), testImages(large))).toBe(0);
  });

  it('refuses more than a tab can hold, naming the setting', () => {
    expect(shapes.info({ trainCount: 80_000, size: 64 }).counts.train).toBe(80_000);
    expect(() => shapes.info({ trainCount: 100_000, size: 64 })).toThrow(/1 GiB/);
    expect(() => shapes.info({ noise: 1.5 })).toThrow(/noise/);
    expect(() => shapes.info({ size: 48 })).toThrow(/size/);
  });
});

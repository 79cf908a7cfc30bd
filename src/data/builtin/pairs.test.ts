import { describe, expect, it } from 'vitest';
import { splitNames } from '#experiment/dataset-info.ts';
import type { PackedImages } from './packed-images.ts';
import { createShrink, drawPair, planPairs } from './pairs.ts';

const range = { start: 100, end: 150 };
const bases = { topLeft: range, bottomRight: range, same: true };

describe('planPairs', () => {
  it('stays in its base range, uses every image about equally often, pairs none with itself', () => {
    const { topLeft, bottomRight } = planPairs('train', 500, bases, 1, 0);
    for (const side of [topLeft, bottomRight]) {
      const uses = Array.from({ length: 200 }, (_, image) => side.filter((index) => index === image).length);
      expect(uses.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 0));
      expect(uses.slice(150)).toEqual(Array.from({ length: 50 }, () => 0));
      expect(Math.min(...uses.slice(100, 150))).toBeGreaterThanOrEqual(5);
      expect(Math.max(...uses)).toBeLessThanOrEqual(15);
    }
    expect(topLeft.every((index, i) => index !== bottomRight[i])).toBe(true);
    expect(new Set(Array.from(topLeft, (index, i) => `${index} ${bottomRight[i]}`)).size).toBeGreaterThan(
      400,
    );
  });

  it('depends on seed and part, and on nothing else', () => {
    const plans = splitNames.flatMap((part) =>
      [1, 2].map((seed) => planPairs(part, 50, bases, seed, 2).topLeft.join()),
    );
    expect(new Set(plans).size).toBe(6);
    expect(planPairs('test', 50, bases, 2, 2)).toEqual(planPairs('test', 50, bases, 2, 2));
  });

  it('shifts by 0 to `shift` pixels', () => {
    expect(new Set(planPairs('train', 100, bases, 1, 0).shifts)).toEqual(new Set([0]));
    expect(new Set(planPairs('train', 100, bases, 1, 3).shifts)).toEqual(new Set([0, 1, 2, 3]));
  });
});

/** One 28×28 image of one brightness. */
function flat(value: number): PackedImages {
  const none = { start: 0, end: 1 };
  const images = new Uint8Array(784).fill(value);
  return {
    height: 28,
    width: 28,
    images,
    labels: new Uint8Array(1),
    ranges: { train: none, validation: none, test: none },
  };
}

describe('drawPair', () => {
  it('puts items into opposite corners, shifted inwards, the brighter pixel winning', () => {
    const plan = {
      topLeft: Uint32Array.of(0),
      bottomRight: Uint32Array.of(0),
      shifts: Uint8Array.of(1, 2, 0, 3),
    };
    const canvas = new Uint8Array(36 * 36).fill(9);
    drawPair(plan, 0, flat(50), flat(200), canvas);
    const at = (y: number, x: number) => canvas[y * 36 + x];
    expect([at(0, 5), at(5, 1), at(1, 2), at(28, 4), at(29, 4)]).toEqual([0, 0, 50, 50, 0]);
    expect([at(8, 5), at(7, 5), at(8, 4), at(35, 32), at(35, 33)]).toEqual([200, 50, 50, 200, 0]);
    expect(canvas.reduce((sum, value) => sum + value, 0)).toBe(200 * 784 + 50 * (784 - 21 * 25));
  });
});

const mean = (image: Uint8Array) => image.reduce((sum, value) => sum + value, 0) / image.length;

describe('createShrink', () => {
  it('keeps a constant image and the mean of any image', () => {
    const shrink = createShrink(36, 28);
    const out = new Uint8Array(784);
    shrink(new Uint8Array(36 * 36).fill(131), out);
    expect(new Set(out)).toEqual(new Set([131]));
    const wave = Uint8Array.from({ length: 36 * 36 }, (_, i) => (i * 37) % 256);
    shrink(wave, out);
    expect(Math.abs(mean(out) - mean(wave))).toBeLessThan(0.5);
  });

  it('averages by area', () => {
    const out = new Uint8Array(4);
    createShrink(3, 2)(Uint8Array.of(90, 0, 0, 0, 0, 0, 0, 0, 180), out);
    // An output pixel covers 1.5 × 1.5 input pixels, of which the corner is 1 / 2.25.
    expect([...out]).toEqual([40, 0, 0, 80]);
  });
});

/** Draws: exact proportions, nothing lost, the same from the same seed. */
import { describe, expect, it } from 'vitest';
import type { LabelColumn } from '../dataset.ts';
import { withHidden } from './hide-labels.ts';
import { drawsFor, drawsOf } from './sampling.ts';

const proportional = { sampling: 'proportional', temperature: 2 } as const;
const equal = { sampling: 'equal', temperature: 2 } as const;
const tempered = (temperature: number) => ({ sampling: 'temperature', temperature }) as const;

/** 80 samples of the first set, 20 of the second, 5 of the third; every other one is a training image. */
const origins = Uint8Array.from({ length: 210 }, (_, i) => (i < 160 ? 0 : i < 200 ? 1 : 2));
const train = Uint32Array.from({ length: 105 }, (_, i) => 2 * i);
const countOf = (draws: Uint32Array | undefined, of: (sample: number) => boolean) =>
  [...(draws ?? [])].filter(of).length;

describe('sets of a union', () => {
  it('come by their sizes, equally, or by p ∝ n^(1/T)', () => {
    expect(drawsOf([80, 20, 5], proportional)).toEqual([80, 20, 5]);
    expect(drawsOf([80, 20, 5], equal)).toEqual([80, 80, 80]);
    expect(drawsOf([80, 20, 5], tempered(1))).toEqual([80, 20, 5]);
    expect(drawsOf([80, 20, 5], tempered(2))).toEqual([80, 40, 20]);
    expect(drawsOf([10_000, 100, 1], tempered(4))).toEqual([10_000, 3162, 1000]);
  });

  it('are drawn in exactly these proportions, every image about equally often within its set', () => {
    const draws = drawsFor({ train, origins, balance: null }, tempered(2), 3);
    expect([0, 1, 2].map((set) => countOf(draws, (sample) => origins[sample] === set))).toEqual([80, 40, 20]);
    for (const sample of train) {
      const set = origins[sample] ?? 0;
      expect(countOf(draws, (drawn) => drawn === sample)).toBe([1, 2, 4][set]);
    }
    expect(drawsFor({ train, origins, balance: null }, proportional, 3)).toBeUndefined();
  });

  it('lose no image, and draw what is left over from the seed', () => {
    const draw = (seed: number) => drawsFor({ train, origins, balance: null }, tempered(1.5), seed);
    const draws = draw(1);
    expect(new Set(draws)).toEqual(new Set(train));
    expect(draw(1)).toEqual(draws);
    expect(draw(2)).not.toEqual(draws);
    expect(draw(2)).toHaveLength(draws?.length ?? 0);
  });
});

/** Three classes among the training images, 70, 25 and 5 of them, and some without a label. */
const column: LabelColumn = {
  info: { id: 'kind', name: 'Kind', kind: 'class', classes: ['a', 'b', 'c'] },
  values: Float32Array.from({ length: 210 }, (_, i) =>
    i < 140 ? 0 : i < 190 ? 1 : i < 200 ? 2 : Number.NaN,
  ),
};

describe('balance', () => {
  it('draws each class equally often, and images without a label once', () => {
    const draws = drawsFor({ train, origins, balance: column }, proportional, 1);
    const single = drawsFor({ train, origins: new Uint8Array(210), balance: column }, proportional, 1);
    const classCounts = [0, 1, 2].map((kind) => countOf(single, (sample) => column.values[sample] === kind));
    expect(classCounts).toEqual([70, 70, 70]);
    expect(countOf(single, (sample) => Number.isNaN(column.values[sample] ?? 0))).toBe(5);
    expect(new Set(draws)).toEqual(new Set(train));
    expect(new Set(single)).toEqual(new Set(train));
  });

  it('keeps the shares of sets', () => {
    const draws = drawsFor({ train, origins, balance: column }, equal, 1);
    const counts = [0, 1, 2].map((set) => countOf(draws, (sample) => origins[sample] === set));
    expect(new Set(counts).size).toBe(1);
  });

  it('says that so unequal classes cannot be balanced', () => {
    const count = 8000;
    const values = Float32Array.from({ length: count }, (_, i) => (i < count / 2 ? 0 : i));
    const all = Uint32Array.from({ length: count }, (_, i) => i);
    const more = { train: all, origins: new Uint8Array(count), balance: { ...column, values } };
    expect(() => drawsFor(more, proportional, 1)).toThrow('do not balance');
  });
});

describe('hidden labels', () => {
  const labels: LabelColumn = {
    info: { id: 'signs', name: 'Signs', kind: 'labels', classes: ['x', 'y'] },
    values: new Float32Array(420).fill(1),
  };
  const hiddenIn = ({ values }: LabelColumn, width: number) =>
    Array.from({ length: 210 }, (_, i) => i).filter((i) => Number.isNaN(values[i * width] ?? 0));
  const hide = (share: number, seed: number, hideColumn = '') => {
    const [first = column, second = labels] = withHidden(
      [column, labels],
      train,
      { hide: share, hideColumn },
      seed,
    );
    return { first, second, hidden: hiddenIn(second, 2) };
  };

  it('are training ones only, whole, about so many, and the same from the same seed', () => {
    const { hidden, second } = hide(0.4, 5);
    expect(hidden.length).toBeGreaterThan(105 * 0.25);
    expect(hidden.length).toBeLessThan(105 * 0.55);
    expect(hidden.every((sample) => sample % 2 === 0)).toBe(true);
    for (const sample of hidden) expect(second.values[2 * sample + 1]).toBeNaN();
    expect(second.values.filter(Number.isNaN)).toHaveLength(2 * hidden.length);
    expect(hide(0.4, 5).hidden).toEqual(hidden);
    expect(hide(0.4, 6).hidden).not.toEqual(hidden);
    expect(labels.values.every((value) => value === 1)).toBe(true);
  });

  it('stay hidden at larger shares, and can be of one column', () => {
    const more = new Set(hide(0.7, 5).hidden);
    expect(hide(0.4, 5).hidden.every((sample) => more.has(sample))).toBe(true);
    const { first, second } = hide(0.5, 5, 'kind');
    expect(second).toBe(labels);
    expect(first.values.filter(Number.isNaN).length).toBeGreaterThan(10 + 20);
  });

  it('are none at 0', () => {
    expect(hide(0, 5).second).toBe(labels);
  });
});

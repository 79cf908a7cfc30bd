import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { columnWidth, splitNames } from '#experiment/dataset-info.ts';
import type { ByteSource } from '../byte-source.ts';
import type { WholeDataset } from '../dataset.ts';
import { labelCounts } from '../split.ts';
import { digits, garments } from './base-sets.ts';
import { type BuiltinDataset, builtinIds } from './builtin.ts';
import { builtinDatasets } from './index.ts';
import { drawPair, planPairs } from './pairs.ts';

const folder = new URL('../../../public/', import.meta.url);
const fromDisk: ByteSource = async (path) => Uint8Array.from(await readFile(new URL(path, folder))).buffer;
const small = { trainCount: 600, validationCount: 200, testCount: 150 };

/** Every built-in set, in every image size that it offers. */
const variants = builtinIds.flatMap((id) => {
  const builtin = builtinDatasets[id];
  const sizes =
    id === 'fashion-mnist' ? [{}] : (id === 'shapes' ? [32, 64] : [28, 36]).map((size) => ({ size }));
  return sizes.map((size) => [id, { ...small, ...size }, builtin] as const);
});

describe.each(variants)('%s %o', (id, settings, builtin: BuiltinDataset) => {
  let dataset: WholeDataset;
  beforeAll(async () => {
    dataset = await builtin.build(settings, 3, fromDisk);
  });

  it('builds what its info announces', () => {
    const info = builtin.info(settings);
    expect(dataset.info).toEqual(info);
    expect([info.id, info.name]).toEqual([id, builtin.name]);
    const { height, width, channels } = info.image;
    const total = 950;
    expect(dataset.images.length).toBe(total * height * width * channels);
    expect(dataset.columns.map((column) => column.info)).toEqual(info.columns);
    for (const column of dataset.columns) {
      expect(column.values.length).toBe(total * columnWidth(column.info));
      expect(column.values.every(Number.isFinite)).toBe(true);
    }
    const all = splitNames.flatMap((part) => Array.from(dataset.split[part]));
    expect(splitNames.map((part) => dataset.split[part].length)).toEqual([600, 200, 150]);
    expect(new Set(all)).toEqual(new Set(Array.from({ length: total }, (_, i) => i)));
  });

  it('has every class of every column in every part', () => {
    for (const { info } of dataset.columns) {
      if (info.kind === 'number') continue;
      const counts = labelCounts(dataset, info.id);
      for (const part of splitNames)
        expect(Math.min(...counts[part].counts), `${info.id} ${part}`).toBeGreaterThan(0);
    }
  });

  it('is the same bytes for the same seed, others for another', async () => {
    const again = await builtin.build(settings, 3, fromDisk);
    const other = await builtin.build(settings, 4, fromDisk);
    expect(Buffer.compare(again.images, dataset.images)).toBe(0);
    expect(again.columns).toEqual(dataset.columns);
    expect(Buffer.compare(other.images, dataset.images)).not.toBe(0);
  });
});

describe.each(builtinIds)('%s', (id) => {
  const builtin = builtinDatasets[id];

  it('has a default for every setting, and a title for the form', () => {
    expect(builtin.info({}).counts.train).toBeGreaterThanOrEqual(6000);
    for (const field of Object.values(builtin.settings.shape)) expect(field.meta?.()?.title).toMatch(/\w/);
  });

  it('describes its settings as a JSON schema, for the form', () => {
    const { properties } = z.toJSONSchema(builtin.settings, { io: 'input' });
    expect(properties?.['trainCount']).toMatchObject({ type: 'integer', title: 'Training images' });
  });

  it('refuses settings that it does not know or that are out of range', () => {
    expect(() => builtin.info({ trainCount: 0 })).toThrow(/trainCount/);
    expect(() => builtin.info({ trainCount: 1000.5 })).toThrow(/trainCount/);
    expect(() => builtin.info({ colour: 'red' })).toThrow(/colour/);
  });

  it('reports progress up to the end and stops when told', async () => {
    const reports: [number, number][] = [];
    await builtin.build(small, 1, fromDisk, (done, total) => reports.push([done, total]));
    expect(reports.at(-1)).toEqual([950, 950]);
    const controller = new AbortController();
    const stopped = builtin.build(
      { trainCount: 5000 },
      1,
      fromDisk,
      () => controller.abort(),
      controller.signal,
    );
    await expect(stopped).rejects.toThrow(/abort/i);
    const before = builtin.build({}, 1, fromDisk, undefined, AbortSignal.abort(new Error('not wanted')));
    await expect(before).rejects.toThrow('not wanted');
  });
});

describe.each([
  ['multi-fashion', garments, garments],
  ['multi-mnist', digits, digits],
  ['multi-fashion-mnist', digits, garments],
] as const)('%s', (id, topLeftBase, bottomRightBase) => {
  it('composes each part of base images of that part alone', async () => {
    const dataset = await builtinDatasets[id].build({ ...small, shift: 2 }, 7, fromDisk);
    const [topLeft, bottomRight] = [await topLeftBase.read(fromDisk), await bottomRightBase.read(fromDisk)];
    const canvas = new Uint8Array(36 * 36);
    for (const part of splitNames) {
      const bases = { topLeft: topLeft.ranges[part], bottomRight: bottomRight.ranges[part] };
      const same = topLeftBase === bottomRightBase;
      const plan = planPairs(part, dataset.info.counts[part], { ...bases, same }, 7, 2);
      for (const [side, range] of Object.entries(bases))
        for (const index of plan[side === 'topLeft' ? 'topLeft' : 'bottomRight'])
          expect(index >= range.start && index < range.end).toBe(true);
      for (const [i, sample] of dataset.split[part].entries()) {
        drawPair(plan, i, topLeft, bottomRight, canvas);
        expect(Buffer.compare(dataset.images.subarray(sample * 1296, (sample + 1) * 1296), canvas)).toBe(0);
        expect(dataset.columns.map(({ values }) => values[sample])).toEqual([
          topLeft.labels[plan.topLeft[i] ?? -1],
          bottomRight.labels[plan.bottomRight[i] ?? -1],
        ]);
      }
    }
  });
});

describe('a long build', () => {
  it('leaves room for other work', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await builtinDatasets['multi-fashion'].build({}, 1, fromDisk);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('fashion-mnist', () => {
  it('derives group and footwear from the garment', async () => {
    const { columns } = await builtinDatasets['fashion-mnist'].build(small, 1, fromDisk);
    const rows = new Set(
      Array.from(columns[0]?.values ?? [], (_, i) =>
        columns
          .map(({ info, values }) => (info.kind === 'class' ? info.classes[values[i] ?? 0] : ''))
          .join(': '),
      ),
    );
    expect([...rows].toSorted()).toEqual([
      'T-shirt/top: tops: no',
      'ankle boot: shoes: yes',
      'bag: bag: no',
      'coat: tops: no',
      'dress: dress: no',
      'pullover: tops: no',
      'sandal: shoes: yes',
      'shirt: tops: no',
      'sneaker: shoes: yes',
      'trouser: bottoms: no',
    ]);
  });

  it('chooses evenly from all garments', async () => {
    const dataset = await builtinDatasets['fashion-mnist'].build(small, 1, fromDisk);
    expect(labelCounts(dataset, 'garment').train.counts).toEqual(Array.from({ length: 10 }, () => 60));
  });
});

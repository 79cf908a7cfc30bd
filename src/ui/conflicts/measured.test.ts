/** What is read from tables of known gradients. */
import { describe, expect, test } from 'vitest';
import { gramianColumns } from '#experiment/metric-columns.ts';
import { SeriesTable } from '#lib/series.ts';
import {
  cosineColumn,
  cosinesAt,
  measuringCost,
  normColumn,
  pairRecords,
  productsOf,
  taskPairs,
} from './measured.ts';
import { gramianRow } from './testing.ts';

/** Three tasks in the plane: the first two oppose each other at odd steps, the third is at right angles to the first. */
function table(steps: number): SeriesTable {
  const series = new SeriesTable(gramianColumns(3));
  for (let step = 1; step <= steps; step++) series.append(gramianRow(step, gradients(step)));
  return series;
}

const gradients = (step: number) => [
  [3, 0],
  [step % 2 ? -4 : 4, 3],
  [0, 2],
];

describe('one step', () => {
  test('has the cosines of its gradients, whichever task comes first', () => {
    const cosines = cosinesAt(table(2), 0, 3);
    expect([...cosines]).toEqual([1, -0.8, 0, -0.8, 1, 0.6, 0, 0.6, 1]);
    expect(cosinesAt(table(2), 1, 3)[1]).toBe(0.8);
  });

  test('without a row has no cosines', () => {
    expect(cosinesAt(table(2), 2, 3).every(Number.isNaN)).toBe(true);
  });

  test('finds the products of a pair of forty tasks', () => {
    const wide = new SeriesTable(gramianColumns(40));
    const many = Array.from({ length: 40 }, (_, task) => [task + 1, 1]);
    wide.append(gramianRow(1, many));
    for (const [i, j] of [
      [0, 0],
      [0, 39],
      [17, 23],
      [39, 39],
    ] as const)
      expect(productsOf(wide, i, j, 40)[0]).toBe((i + 1) * (j + 1) + 1);
    expect(taskPairs(40)).toHaveLength(780);
  });
});

describe('columns', () => {
  test('grow with their table', () => {
    const series = table(3);
    expect([...cosineColumn(series, [0, 1], 3)]).toEqual([-0.8, 0.8, -0.8]);
    expect([...normColumn(series, 1, 3)]).toEqual([5, 5, 5]);
    series.append(
      gramianRow(4, [
        [3, 4],
        [4, 3],
        [0, 0],
      ]),
    );
    expect([...cosineColumn(series, [0, 1], 3)]).toEqual([-0.8, 0.8, -0.8, 0.96]);
    expect(normColumn(series, 0, 3).at(-1)).toBe(5);
    expect(cosineColumn(series, [0, 2], 3).at(-1)).toBeNaN();
  });

  test('grow beyond what they began with', () => {
    const column = cosineColumn(table(3000), [0, 1], 3);
    expect(column).toHaveLength(3000);
    expect(column[2999]).toBe(0.8);
  });
});

describe('records of pairs', () => {
  test('count conflicts, the worst first', () => {
    expect(pairRecords(table(5), 3)).toEqual([
      { pair: [0, 1], measured: 5, conflicts: 3, share: 0.6, meanCosine: expect.closeTo(-0.16, 12) },
      { pair: [0, 2], measured: 5, conflicts: 0, share: 0, meanCosine: 0 },
      { pair: [1, 2], measured: 5, conflicts: 0, share: 0, meanCosine: expect.closeTo(0.6, 12) },
    ]);
  });

  test('go on where they stopped, and leave out steps without a gradient', () => {
    const series = table(5);
    pairRecords(series, 3);
    series.append(
      gramianRow(6, [
        [0, 0],
        [1, 0],
        [-1, 0],
      ]),
    );
    const records = pairRecords(series, 3);
    const of = (i: number, j: number) => records.find(({ pair }) => pair[0] === i && pair[1] === j);
    expect(of(0, 1)).toMatchObject({ measured: 5, conflicts: 3 });
    expect(of(1, 2)).toMatchObject({ measured: 6, conflicts: 1 });
  });

  test('may count the latest steps only', () => {
    const [worst] = pairRecords(table(5), 3, 2);
    expect(worst).toMatchObject({ pair: [0, 1], measured: 2, conflicts: 1, share: 0.5 });
    expect(pairRecords(table(5), 3, 100)[0]).toMatchObject({ measured: 5 });
  });

  test('put what was never measured last', () => {
    const series = new SeriesTable(gramianColumns(3));
    series.append(
      gramianRow(1, [
        [1, 0],
        [0, 0],
        [1, 1],
      ]),
    );
    const records = pairRecords(series, 3);
    expect(records[0]).toMatchObject({ pair: [0, 2], share: 0 });
    expect(records[1]?.share).toBeNaN();
  });
});

describe('the cost of measuring', () => {
  const seconds = (each: number) => Float64Array.from({ length: 101 }, (_, i) => i * each);

  test('is its time beside that of the steps that it stands between', () => {
    // 100 steps in 1.02 s, 2 measurements of 10 ms among them: 10 ms per step without.
    const cost = measuringCost([90, 10, 10], seconds(0.0102), 50);
    expect(cost?.milliseconds).toBe(10);
    expect(cost?.share).toBeCloseTo(0.02, 9);
  });

  test('is not known before anything was measured, nor without steps', () => {
    expect(measuringCost([], seconds(0.01), 50)).toBeNull();
    expect(measuringCost([4], new Float64Array(), 50)?.share).toBeNaN();
  });
});

import { expect, test } from 'vitest';
import { SeriesTable } from './series.ts';

function table(): SeriesTable {
  const series = new SeriesTable(['step', 'loss']);
  for (let step = 1; step <= 2000; step++) series.append([step, step / 10]);
  return series;
}

test('goes back to a step, and grows on from there on its own', () => {
  const whole = table();
  const cut = whole.upTo('step', 1500);
  expect(cut.length).toBe(1500);
  expect(cut.last('loss')).toBe(150);
  cut.append([1501, -1]);
  expect(cut.column('step').slice(-2)).toEqual(Float64Array.of(1500, 1501));
  expect(whole.length).toBe(2000);
  expect(whole.column('loss')[1500]).toBe(150.1);
  expect(whole.upTo('step', 0).length).toBe(0);
  expect(whole.upTo('step', 5000).length).toBe(2000);
});

test('takes on other columns, empty for the rows of before', () => {
  const other = table().withColumns(['accuracy', 'step']);
  expect(other.columns).toEqual(['accuracy', 'step']);
  expect(other.length).toBe(2000);
  expect(other.last('step')).toBe(2000);
  expect(other.column('accuracy').every(Number.isNaN)).toBe(true);
  other.append([0.5, 2001]);
  expect(other.last('accuracy')).toBe(0.5);
});

test('gives a row, NaN where there is none', () => {
  expect(table().row(1)).toEqual(Float64Array.of(2, 0.2));
  expect(table().row(2000).every(Number.isNaN)).toBe(true);
  expect(table().row(-1).every(Number.isNaN)).toBe(true);
});

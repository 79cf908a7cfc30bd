/** Paths of curves whose points are worked out by hand. */
import { expect, it } from 'vitest';
import { rankCurve } from '#lib/rank-curves.ts';
import { across, precisionPath, rocPath, up } from './share-plot.ts';

it('draws a ROC curve through the rates, straight over ties', () => {
  const curve = rankCurve(Float64Array.of(0.9, 0.5, 0.5, 0.1), [1, 1, 0, 0]);
  expect(rocPath(curve)).toBe(
    `M${across(0)},${up(0)}L${across(0)},${up(0.5)}L${across(0.5)},${up(1)}L${across(1)},${up(1)}`,
  );
});

it('draws precision as steps over recall', () => {
  const curve = rankCurve(Float64Array.of(0.9, 0.7, 0.5), [1, 0, 1]);
  const third = Math.round(up(2 / 3) * 10) / 10;
  expect(precisionPath(curve)).toBe(
    `M${across(0)},${up(1)}V${up(1)}H${across(0.5)}V${up(0.5)}H${across(0.5)}V${third}H${across(1)}`,
  );
});

it('draws nothing where a curve is not defined, and no more points than can be told apart', () => {
  expect(rocPath(rankCurve(Float64Array.of(1, 2), [1, 1]))).toBe('');
  expect(precisionPath(rankCurve(Float64Array.of(1, 2), [0, 0]))).toBe('');
  const scores = Float64Array.from({ length: 20_000 }, (_, i) => i);
  const path = rocPath(
    rankCurve(
      scores,
      Array.from(scores, (score) => score % 2),
    ),
  );
  const points = path.split('L').length;
  expect(points).toBeGreaterThan(300);
  expect(points).toBeLessThan(700);
  expect(path.endsWith(`L${across(1)},${up(1)}`)).toBe(true);
});

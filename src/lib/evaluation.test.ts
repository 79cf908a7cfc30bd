/** Ranking, calibration and residuals against scikit-learn's figures; fixtures by scripts/fixtures/evaluation.py. */
import { describe, expect, it, test } from 'vitest';
import { calibrationOf } from './calibration.ts';
import fixture from './fixtures/evaluation.json' with { type: 'json' };
import { areaUnderRoc, averagePrecision, macroMean, rankCurve } from './rank-curves.ts';
import { histogram, residualsOf } from './residuals.ts';

/** Within 1e-9 of scikit-learn, or NaN where it has no figure. */
function expectFigure(ours: number, theirs: number | null | undefined): void {
  if (typeof theirs === 'number') expect(Math.abs(ours - theirs)).toBeLessThan(1e-9);
  else expect(ours).toBeNaN();
}

const numbers = (values: readonly (number | null)[]) =>
  Float64Array.from(values, (value) => value ?? Number.NaN);

describe('ranking', () => {
  test.each(fixture.ranking)('areas of $name', ({ scores, truths, auc, averagePrecision: precision }) => {
    const curve = rankCurve(numbers(scores), numbers(truths));
    expectFigure(areaUnderRoc(curve), auc);
    expectFigure(averagePrecision(curve), precision);
    expect(curve.hits.at(-1)).toBe(curve.positives);
    expect(curve.falseAlarms.at(-1)).toBe(curve.negatives);
  });

  it('lets equal scores cross the threshold together, and leaves out what has no label or no score', () => {
    const scores = Float64Array.of(0.9, 0.5, 0.5, 0.5, 0.1, 0.7, Number.NaN);
    const curve = rankCurve(scores, [1, 0, 1, 0, 0, Number.NaN, 1]);
    expect([...curve.hits]).toEqual([1, 2, 2]);
    expect([...curve.falseAlarms]).toEqual([0, 2, 3]);
    expect(areaUnderRoc(curve)).toBe(5 / 6);
  });

  it('averages the classes that have a figure', () => {
    expect(macroMean([0.5, Number.NaN, 1])).toBe(0.75);
    expect(macroMean([Number.NaN])).toBeNaN();
  });
});

describe('calibration', () => {
  test.each(fixture.calibration)('bins and error, $name', ({ confidences, rights, bins, error }) => {
    const calibration = calibrationOf(numbers(confidences), rights, bins.length);
    expectFigure(calibration.error, error);
    for (const [i, [count, confidence, accuracy]] of bins.entries()) {
      expect(calibration.bins[i]?.count).toBe(count);
      expectFigure(calibration.bins[i]?.confidence ?? Infinity, confidence);
      expectFigure(calibration.bins[i]?.accuracy ?? Infinity, accuracy);
    }
  });

  it('puts the ends in the outer bins and leaves out what has no label', () => {
    const confidences = Float64Array.of(0, 0.5, 0.51, 1, 0.6, Number.NaN);
    const { bins, count, error } = calibrationOf(confidences, [0, 1, 1, 1, Number.NaN, 1], 2);
    expect(bins.map((bin) => bin.count)).toEqual([2, 2]);
    expect(count).toBe(4);
    expectFigure(error, (0.5 + 0.49) / 4);
  });

  it('has no error without answers', () => {
    expect(calibrationOf(Float64Array.of(0.5), [Number.NaN], 10).error).toBeNaN();
  });
});

describe('residuals', () => {
  test.each(fixture.regression)('figures of $name', ({ predicted, truth, ...figures }) => {
    const residuals = residualsOf(predicted, truth);
    expectFigure(residuals.mean, figures.mean);
    expectFigure(residuals.deviation, figures.deviation);
    expectFigure(residuals.meanAbsolute, figures.meanAbsolute);
    expectFigure(residuals.rootMeanSquare, figures.rootMeanSquare);
    expectFigure(residuals.determination, figures.determination);
  });

  it('leaves out what is not labelled or not finite', () => {
    const { values, determination } = residualsOf([1, 2, Infinity, 4], [2, Number.NaN, 3, 2]);
    expect([...values]).toEqual([-1, 2]);
    expect(determination).toBeNaN();
    expect(residualsOf([], []).mean).toBeNaN();
  });

  it('counts values in parts, those outside at the ends', () => {
    expect([...histogram(Float64Array.of(-9, -1, -0.1, 0, 0.9, 1, 9), -1, 1, 2)]).toEqual([3, 4]);
  });
});

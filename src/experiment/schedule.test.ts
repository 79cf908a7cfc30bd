import { expect, test } from 'vitest';
import fixture from './fixtures/schedules.json' with { type: 'json' };
import { learningRateAt } from './schedule.ts';
import { trainingSchema } from './training.ts';

test.each(fixture.map((entry) => ({ ...entry, title: JSON.stringify(entry.training) })))(
  'gives the rates of torch.optim.lr_scheduler: $title',
  ({ training, rates }) => {
    const settings = trainingSchema.parse({ optimiser: { kind: 'adam' }, ...training });
    for (const [step, rate] of rates.entries())
      expect(learningRateAt(settings, step, rates.length) / rate, `step ${step}`).toBeCloseTo(1, 6);
  },
);

test('stays at the end of its schedule after the last step', () => {
  const schedules = [{ kind: 'constant' }, { kind: 'cosine', floor: 0.1 }, { kind: 'one-cycle' }];
  for (const schedule of schedules) {
    const settings = trainingSchema.parse({ optimiser: { kind: 'sgd' }, schedule });
    expect(learningRateAt(settings, 25, 10)).toBe(learningRateAt(settings, 11, 10));
    expect(Number.isFinite(learningRateAt(settings, 0, 1))).toBe(true);
  }
});

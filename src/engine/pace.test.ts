import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('takes as many steps at once as last about 30 ms, and gets there by doubling', () => {
  const pace = new Pace();
  const seen = Array.from({ length: 8 }, () => {
    pace.took(2 * pace.steps, pace.steps);
    return pace.steps;
  });
  expect(seen).toEqual([2, 4, 8, 15, 15, 15, 15, 15]);
});

test('goes back to one step where steps become slow, and never below', () => {
  const pace = new Pace();
  for (let i = 0; i < 6; i++) pace.took(pace.steps, pace.steps);
  expect(pace.steps).toBeGreaterThan(16);
  for (let i = 0; i < 12; i++) pace.took(450 * pace.steps, pace.steps);
  expect(pace.steps).toBe(1);
  expect(pace.stepMilliseconds).toBeGreaterThan(400);
});

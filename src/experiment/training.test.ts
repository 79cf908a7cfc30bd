import { expect, test } from 'vitest';
import { suitedBatchSize } from './training.ts';

test.each([
  [240, 256, 16],
  [2047, 256, 128],
  [2048, 256, 256],
  [50_000, 64, 64],
  [16, 256, 4],
  [0, 256, 4],
  [100, 2, 2],
])('%i training images and batches of %i: begins with %i', (images, before, suited) => {
  expect(suitedBatchSize(images, before)).toBe(suited);
});

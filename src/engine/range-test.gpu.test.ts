/** The learning-rate range test against PyTorch's, and beside a run that must not notice. */
import { beforeAll, expect, it } from 'vitest';
import { fetchBytes } from '#data/byte-source.ts';
import { builtinFor } from '#data/resolve.ts';
import { parseExperiment } from '#experiment/parse.ts';
import type { RangePoint, RateRange } from '#experiment/rate-range.ts';
import { openDevice } from './device.ts';
import fixture from './fixtures/rate-range.json' with { type: 'json' };
import { testRange } from './range-test.ts';
import { residentDataset } from './resident.ts';
import { Run } from './run.ts';
import { timeSteps } from './step-timing.ts';
import { smallDataset, smallExperiment } from './testing.ts';
import type { Checkpoint, RunEvent } from './types.ts';

beforeAll(() => openDevice('webgpu'));

const dataset = smallDataset();
const never = new AbortController().signal;

function testSmall(range: RateRange, more: { checkpoint?: Checkpoint; signal?: AbortSignal } = {}) {
  const seen: RangePoint[] = [];
  const told = testRange({
    experiment: smallExperiment(),
    dataset,
    resident: residentDataset(dataset),
    limits: undefined,
    range,
    signal: never,
    onPoints: (points) => seen.push(...points),
    ...more,
  });
  return { told, seen };
}

it('follows PyTorch over four decades of the rate', async () => {
  const experiment = parseExperiment(fixture.experiment);
  const { data, seed } = experiment;
  const pairs = await builtinFor(data).build(data.settings, seed, fetchBytes(`${location.origin}/`));
  const points = await testRange({
    experiment,
    dataset: pairs,
    resident: residentDataset(pairs),
    limits: undefined,
    range: fixture.range,
    signal: never,
    onPoints: () => {},
  });
  expect(points).toHaveLength(fixture.points.length);
  for (const [i, { rate, losses }] of points.entries()) {
    const wanted = fixture.points[i];
    expect(rate / (wanted?.rate ?? 0)).toBeCloseTo(1, 5);
    for (const [t, loss] of losses.entries())
      expect(Math.abs(loss / (wanted?.losses[t] ?? 0) - 1), `step ${i}, task ${t}`).toBeLessThan(1e-3);
  }
});

it('tells its points as they come, and ends where the loss diverges', async () => {
  const { told, seen } = testSmall({ low: 1e-3, high: 100, steps: 60 });
  const points = await told;
  expect(seen).toEqual(points);
  expect(points.length).toBeGreaterThan(10);
  expect(points.length).toBeLessThan(60);
});

it('ends where it is told to', async () => {
  const stop = new AbortController();
  const { told, seen } = testSmall({ low: 1e-6, high: 1e-3, steps: 1000 }, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(told).rejects.toThrow('enough');
  expect(seen.length).toBeLessThan(1000);
});

/** The weights that six steps end with, with something done after the third. */
async function weightsAfter(meanwhile: (checkpoint: Checkpoint | undefined) => Promise<unknown>) {
  const events: RunEvent[] = [];
  const options = { pauseAt: 3, onEvent: (event: RunEvent) => events.push(event) };
  const run = new Run({ experiment: smallExperiment(), dataset, ...options });
  await run.resume();
  await new Promise((resolve) => setTimeout(resolve, 100)); // the checkpoint of the pause is on its way
  const checkpoint = events.findLast((event) => event.type === 'checkpoint')?.checkpoint;
  await meanwhile(checkpoint);
  await run.resume();
  expect(run.status).toBe('finished');
  const { tensors } = await run.weights('last');
  await run.dispose();
  return tensors;
}

it('leaves a paused run as it was, to the last bit, whatever it did beside it', async () => {
  const alone = await weightsAfter(() => Promise.resolve());
  const disturbed = await weightsAfter(async (checkpoint) => {
    if (!checkpoint) throw new Error('no checkpoint of the pause');
    const { told } = testSmall({ low: 1e-3, high: 100, steps: 20 }, { checkpoint });
    const fresh = await testSmall({ low: 1e-3, high: 100, steps: 20 }).told;
    expect((await told)[0]?.losses).not.toEqual(fresh[0]?.losses); // it went on from the trained weights
    const options = { experiment: smallExperiment(), dataset, resident: residentDataset(dataset) };
    const timing = await timeSteps({ ...options, limits: undefined }, never);
    expect(timing.milliseconds).toBeGreaterThan(0);
    expect(timing.steps).toBeGreaterThanOrEqual(5);
  });
  expect(disturbed).toEqual(alone);
});

/** `find-rate`: a learning-rate range test of an experiment, written as one JSON file. docs/training.md tells its rules. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '#data/dataset.ts';
import { testRange } from '#engine/range-test.ts';
import { disposeResident, residentDataset } from '#engine/resident.ts';
import type { Tuner } from '#engine/tuning/tuner.ts';
import type { DeviceInfo } from '#engine/types.ts';
import { hasDiverged, meanLossOf, suggestRates, usualRange } from '#experiment/rate-range.ts';
import type { Input } from './input.ts';
import type { Progress } from './progress.ts';
import { formatSummary } from './results.ts';
import type { Options } from './usage.ts';
import { writeWhole } from './whole-file.ts';

export interface RateSearch {
  readonly options: Options;
  readonly input: Input;
  readonly dataset: Dataset;
  readonly device: DeviceInfo;
  readonly tuner: Tuner | undefined;
  readonly progress: Progress;
  readonly stop: AbortSignal;
}

/** Tests rates from fresh weights, and writes find-rate.json. Rejects where `stop` ends it: then nothing is written. */
export async function findRate(search: RateSearch): Promise<void> {
  const { options, input, dataset, device, tuner, progress, stop } = search;
  const { experiment } = input;
  const { tasks, training } = experiment;
  const range = {
    ...usualRange(training.optimiser),
    ...(options.length ? { steps: options.length.count } : {}),
  };
  const resident = residentDataset(dataset);
  let done = 0;
  const points = await testRange({
    experiment,
    dataset,
    resident,
    tuner,
    range,
    limits: device.limits,
    signal: stop,
    onPoints: (fresh) => {
      done += fresh.length;
      progress.share('Testing learning rates', done, range.steps);
    },
  });
  disposeResident(resident);
  const { steepest, tenthOfLowest, reason } = suggestRates(points);
  mkdirSync(options.out, { recursive: true });
  const file = path.join(options.out, 'find-rate.json');
  const rows = points.map((point) => ({
    learningRate: point.rate,
    meanLoss: meanLossOf(point),
    losses: Object.fromEntries(tasks.map(({ id }, t) => [id, point.losses[t] ?? null])),
  }));
  const suggestion = { steepest, tenthOfLowest, reason };
  writeWhole(file, [
    formatSummary({
      adapter: device.adapter,
      range,
      suggestion,
      diverged: hasDiverged(points),
      points: rows,
    }),
  ]);
  const words =
    steepest === null
      ? reason
      : `The loss falls the fastest at ${steepest}${tenthOfLowest === null ? '' : `, and a tenth of the rate of the lowest loss is ${tenthOfLowest}`}.`;
  progress.say(`${words} Results: ${file}`);
}

/** Seeds, twins and races: which experiments they are. */
import { describe, expect, it } from 'vitest';
import { planNetwork } from '#experiment/plan.ts';
import { ExperimentError } from '#experiment/problem.ts';
import { costOfStep } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { leastNeeds, stepNeeds } from '#experiment/step-needs.ts';
import { experimentOn, pairsInfo, shapesInfo } from '#experiment/testing.ts';
import { learningRateAt } from '#experiment/schedule.ts';
import { strategyOf } from '#strategies/index.ts';
import { methodBranches, raceStudy } from './race.ts';
import { seedStudy } from './seeds.ts';
import { savingOf, singleTask, twinStudy } from './twin.ts';

const pairs = experimentOn(pairsInfo);
const shapes = experimentOn(shapesInfo);

describe('seeds', () => {
  it('are counted from the experiment’s own', () => {
    const { members, kind } = seedStudy({ ...pairs, seed: 7 }, 3);
    expect(kind).toBe('seeds');
    expect(members).toEqual(
      [7, 8, 9].map((seed) => ({ label: `seed ${seed}`, experiment: { ...pairs, seed } })),
    );
  });

  it('are refused where there are none, or no such', () => {
    expect(() => seedStudy(pairs, 0)).toThrow('seeds: must be a whole number from 1 to 1000 (found 0)');
    expect(() => seedStudy(pairs, 1.5)).toThrow(ExperimentError);
    expect(() => seedStudy({ ...pairs, seed: 0xffffffff }, 2)).toThrow('would pass 4294967295');
    expect(seedStudy({ ...pairs, seed: 0xffffffff }, 1).members).toHaveLength(1);
  });
});

describe('a twin', () => {
  const watched: Experiment = {
    ...shapes,
    strategy: { kind: 'mgda', settings: {}, gradients: 'parameters' },
    training: { ...shapes.training, earlyStopping: { watch: 'shape', patience: 3, minimumChange: 0 } },
  };

  it('is one task and its head, on equal weights; all else stays', () => {
    const twin = singleTask(watched, 'colours');
    expect(twin.tasks).toEqual([watched.tasks[1]]);
    expect(twin.heads).toEqual({ colours: watched.heads['colours'] });
    expect(twin.strategy).toEqual({ kind: 'equal', settings: {}, gradients: 'representation' });
    expect(twin.training).toEqual({
      ...watched.training,
      earlyStopping: { ...watched.training.earlyStopping, watch: 'mean' },
    });
    for (const field of ['data', 'trunk', 'seed', 'augmentation', 'sharing'] as const)
      expect(twin[field]).toEqual(watched[field]);
    expect(twin.name).toBe(`${watched.name} · colours alone`);
    expect(singleTask({ ...watched, name: 'x'.repeat(120) }, 'colours').name).toHaveLength(120);
    expect(() => singleTask(watched, 'weight')).toThrow('Use one of shape, colours, position, size.');
  });

  it('trains as many steps, after the network of all tasks where that is no run yet', () => {
    const alone = twinStudy(watched, { equal: 'steps', info: shapesInfo, baseline: 'run-1' });
    expect(alone).toMatchObject({ kind: 'twin', baseline: 'run-1' });
    expect(alone.members.map(({ label }) => label)).toEqual([
      'shape alone',
      'colours alone',
      'position alone',
      'size alone',
    ]);
    for (const { experiment } of alone.members)
      expect(experiment.training.length).toEqual(watched.training.length);
    const all = twinStudy(watched, { equal: 'steps', info: shapesInfo, baseline: null });
    expect(all.members[0]).toEqual({ label: 'all tasks', experiment: watched });
    expect(all.members.slice(1)).toEqual(alone.members);
    const short = twinStudy(watched, { equal: 'steps', info: shapesInfo, baseline: 'run-1', steps: 123 });
    expect(short.members.map(({ experiment }) => experiment.training.length)).toEqual(
      Array.from({ length: 4 }, () => ({ unit: 'steps', count: 123 })),
    );
  });

  it('gets as much arithmetic, its schedule stretched', () => {
    const training = {
      ...watched.training,
      warmUp: 20,
      length: { unit: 'steps', count: 400 } as const,
      schedule: { kind: 'step', every: 100, factor: 0.1 } as const,
    };
    const { members } = twinStudy(
      { ...watched, training },
      { equal: 'flops', info: shapesInfo, baseline: 'run-1' },
    );
    const needs = stepNeeds(strategyOf('mgda'), 'parameters');
    const budget = 400 * costOfStep(watched, shapesInfo, needs).flops;
    for (const { experiment } of members) {
      const { length, schedule, warmUp, batchSize, validateEvery } = experiment.training;
      const step = costOfStep(experiment, shapesInfo, leastNeeds).flops;
      expect(Math.abs(length.count * step - budget)).toBeLessThanOrEqual(step / 2);
      expect(length.count).toBeGreaterThan(800);
      if (schedule.kind !== 'step') throw new Error('the schedule stays of its kind');
      // At the same share of the run, the rate is the same.
      for (const share of [0.1, 0.4, 0.9])
        expect(
          learningRateAt(experiment.training, Math.floor(share * length.count), length.count),
        ).toBeCloseTo(learningRateAt(training, Math.floor(share * 400), 400), 4);
      expect(warmUp / length.count).toBeCloseTo(20 / 400, 2);
      expect({ batchSize, validateEvery }).toEqual({
        batchSize: training.batchSize,
        validateEvery: training.validateEvery,
      });
    }
  });

  it('saves what the trunk has, for all tasks but one', () => {
    const { multi, single, saved } = savingOf(pairs, pairsInfo);
    const plan = planNetwork(pairs, pairsInfo);
    expect(multi).toBe(plan.parameterCount);
    expect(single).toBe(multi + plan.sharedParameterCount);
    expect(saved).toBeCloseTo(1 - multi / single, 12);
    expect(saved).toBeGreaterThan(0.4);
  });

  it('makes no sense of one task', () => {
    const one = singleTask(pairs, 'top-left');
    expect(() => twinStudy(one, { equal: 'steps', info: pairsInfo, baseline: null })).toThrow(
      'tasks: must be two or more',
    );
  });
});

describe('a race', () => {
  const methods = methodBranches(pairs, ['mgda', 'pcgrad', 'equal']);

  it('branches one state, by turns', () => {
    const from = { run: 'run-1', step: 300 };
    const { members, turn, name } = raceStudy(from, pairs, methods, 50);
    expect({ turn, name }).toEqual({ turn: 50, name: 'Race of MGDA, PCGrad, Equal weights' });
    expect(members.map((member) => [member.label, member.experiment.strategy.kind, member.from])).toEqual([
      ['MGDA', 'mgda', from],
      ['PCGrad', 'pcgrad', from],
      ['Equal weights', 'equal', from],
    ]);
    expect(raceStudy(null, pairs, methods, 50).members[0]).not.toHaveProperty('from');
  });

  it('keeps the settings of the method that is there', () => {
    const cagrad = {
      ...pairs,
      strategy: { kind: 'cagrad', settings: { c: 0.2 }, gradients: 'parameters' as const },
    };
    expect(methodBranches(cagrad, ['cagrad', 'mgda']).map(({ experiment }) => experiment.strategy)).toEqual([
      cagrad.strategy,
      { kind: 'mgda', settings: {}, gradients: 'parameters' },
    ]);
    expect(() => methodBranches(pairs, ['magic'])).toThrow(
      'strategy.kind: must be a known multi-task method (found "magic")',
    );
  });

  it('is refused where branches would see other batches, or there is nothing to race', () => {
    const refused = (change: Partial<Experiment>, label = 'other') =>
      expect(() => raceStudy(null, pairs, [...methods, { label, experiment: { ...pairs, ...change } }], 50));
    refused({ seed: 3 }).toThrow('other: seed: must be that of the run');
    refused({ training: { ...pairs.training, batchSize: 8 } }).toThrow('other: training.batchSize: must be');
    refused({ data: { source: 'shapes', settings: {} } }).toThrow('other: data: must be');
    refused({ tasks: pairs.tasks.slice(1) }).toThrow('other: tasks: must be');
    refused({}, 'MGDA').toThrow('branches.3: must have a name of its own');
    refused({
      training: { ...pairs.training, learningRate: 0.5 },
      trunk: pairs.trunk.slice(1),
    }).not.toThrow();
    expect(() => raceStudy(null, pairs, methods.slice(1, 2), 50)).toThrow(
      'branches: must be two or more (found 1)',
    );
    expect(() => raceStudy(null, pairs, methods, 0)).toThrow('turn: must be a whole number of steps');
  });
});

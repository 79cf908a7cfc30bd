/** From rounds to results, tables and verdicts, on a report made by hand. */
import { expect, test } from 'vitest';
import type { EngineDetails } from '#engine/types.ts';
import type { StrategyId } from '#strategies/index.ts';
import { judge } from './goals.ts';
import { methodResultOf } from './measure-methods.ts';
import { methodsTable } from './method-tables.ts';
import { problemOf, stepFlops } from './problem.ts';
import type { MethodTurns, Prepared, Round } from './protocol.ts';
import { resultOf, type Measured, type Report } from './results.ts';
import { generalTable, goalsTable, networkTable } from './tables.ts';

const prepared: Prepared = {
  adapter: 'llvmpipe',
  isSoftware: true,
  firstLoss: 4.6,
  startMilliseconds: 2000,
  stepMilliseconds: 100,
  notes: [],
};
const round = (milliseconds: number, lastLoss = 4.5): Round => ({
  steps: 10,
  milliseconds,
  lastLoss,
  scriptMilliseconds: 0.5,
  dispatches: 30,
  uploadedBytes: 0,
  peakBytes: 40_000_000,
});
const measured = (contender: Measured['contender'], times: number[], change: Partial<Measured> = {}) => ({
  network: 'lenet' as const,
  contender,
  prepared,
  rounds: times.map((time) => round(time)),
  notes: [],
  ...change,
});
const context = { batchSize: 256, flops: 5e9, peakGflops: 100, firstLosses: [4.6, 4.6, 4.6] };

test('a result is the median of its rounds, with speed and share of peak from it', () => {
  const result = resultOf(measured('trunkline', [100, 300, 90, 110, 95]), context);
  expect(result).toMatchObject({
    rounds: 5,
    steps: 50,
    msPerStep: 100,
    leastMsPerStep: 90,
    imagesPerSecond: 2560,
    gflops: 50,
    percentOfPeak: 50,
    isSane: true,
    notes: [],
  });
});

test('what does not run on the adapter has no share of its peak', () => {
  const onCpu = { ...prepared, processor: 'cpu' };
  expect(resultOf(measured('pytorch', [100], { prepared: onCpu }), context).percentOfPeak).toBeNull();
});

test.each([
  ['its loss is not a number', prepared.firstLoss, Number.NaN],
  ['its loss rose from 4.600 to 4.700', prepared.firstLoss, 4.7],
  ["its first loss is 4.000, the others' is 4.600", 4, 3.9],
])('a step is not sane where %s', (complaint, firstLoss, lastLoss) => {
  const broken = measured('tfjs', [], {
    prepared: { ...prepared, firstLoss },
    rounds: [round(100, lastLoss)],
  });
  const result = resultOf(broken, context);
  expect(result.isSane).toBe(false);
  expect(result.notes).toEqual([complaint]);
});

const report: Report = {
  date: '2026-01-01T00:00:00.000Z',
  host: 'Node',
  adapter: 'llvmpipe: Mesa 25',
  isSoftware: true,
  versions: { node: '20' },
  peak: { gflops: 100, gigabytesPerSecond: 5 },
  results: [
    resultOf(measured('trunkline', [100]), context),
    resultOf(measured('tfjs', [1500]), context),
    resultOf(measured('tfjs-fit', [1100]), context),
    resultOf(measured('jax-js', [500], { notes: ['1 of 5 rounds'] }), context),
    resultOf(measured('pytorch', [80]), context),
  ],
  failures: [{ network: 'lenet', contender: 'pytorch', reason: 'No torch.' }],
  start: { network: 'lenet', coldMs: 9000, warmMs: 2000 },
};

test('goals are judged against the faster of the two ways of tfjs', () => {
  const verdicts = judge(report).map(({ goal, measured: value, isMet }) => [goal, value, isMet]);
  expect(verdicts).toEqual([
    ['lenet, speed against tfjs', 11, false],
    ['lenet, speed against jax-js', 5, true],
    ['lenet, speed against pytorch', 0.8, true],
    ['JavaScript per step, lenet', 0.5, true],
    ['Train to first metrics, cold', 9000, false],
    ['Train to first metrics, warm', 2000, true],
  ]);
});

test('each adapter has goals of its own', () => {
  const wantedOn = (adapter: string, isSoftware: boolean) =>
    judge({ ...report, adapter, isSoftware }).find(({ goal }) => goal === 'lenet, speed against tfjs')
      ?.wanted;
  expect(wantedOn('llvmpipe: Mesa', true)).toBe(12);
  expect(wantedOn('google swiftshader', true)).toBe(30);
  expect(wantedOn('nvidia hopper', false)).toBe(10);
});

test('the table of a network has a row per contender, and says what to know', () => {
  const lines = networkTable('lenet', report).split('\n');
  expect(lines[0]).toBe('LeNet, batch 256, 28×28×1');
  const cells = lines.slice(2, 9).map((line) => line.split('|').map((cell) => cell.trim()));
  expect(cells[0]?.slice(1, 4)).toEqual(['contender', 'ms per step', 'times ours']);
  expect(cells[2]?.slice(1, 9)).toEqual(['Trunkline', '100', '1', '0.5', '30', '0 B', '50', '50']);
  expect(cells[4]?.slice(1, 4)).toEqual(['tfjs, model.fit', '1,100', '11']);
  expect(new Set(lines.slice(2, 9).map((line) => line.length)).size).toBe(1);
  expect(lines).toContain('- jax-js, jit: 1 of 5 rounds.');
  expect(lines).toContain('- PyTorch was not measured: No torch.');
});

test('the other tables', () => {
  expect(generalTable(report)).toContain('100 GFLOP/s');
  const goals = goalsTable(judge(report)).split('\n');
  expect(goals[2]).toMatch(/speed against tfjs +\| +≥ 12 × \| +11 × \| +missed by 9\.09 % \|$/);
  expect(goals[3]).toMatch(/met \|$/);
  expect(goals[6]).toMatch(/≤ 8,000 ms \| +9,000 ms \| +missed by 12\.5 % \|$/);
});

const engine: EngineDetails = {
  mode: 'replayed',
  dispatches: 60,
  uploadedBytes: 0,
  planBytes: 0,
  heldBytes: 0,
  stepsPerSubmit: 1,
  stepMilliseconds: 100,
  scriptMilliseconds: 0.2,
  kernels: [],
};
const turns = (equal: number[], method: number[], lastLoss = 1): MethodTurns => {
  const of = (times: number[]) => times.map((milliseconds) => ({ steps: 2, milliseconds }));
  return { equal: of(equal), method: of(method), lastLoss, engine, equalEngine: engine };
};
const place = (kind: StrategyId, tasks: number, gradients: 'representation' | 'parameters') => ({
  network: 'lenet' as const,
  tasks,
  method: { kind, gradients },
});
const withMethods: Report = {
  ...report,
  methods: [
    methodResultOf(place('uw', 2, 'representation'), turns([50, 100], [60, 51])),
    methodResultOf(place('mgda', 2, 'representation'), turns([50, 51, 90], [60, 61, 200])),
    methodResultOf(place('mgda', 2, 'parameters'), turns([49], [98], Number.NaN)),
    methodResultOf(place('mgda', 5, 'representation'), turns([100], [110])),
    methodResultOf(place('pcgrad', 5, 'representation'), turns([100], [131])),
    methodResultOf(place('mgda', 5, 'parameters'), turns([100], [300])),
  ],
  methodFailures: [
    { network: 'lenet', tasks: 2, kind: 'cagrad', gradients: 'representation', reason: 'No.' },
  ],
};

test('a method is compared by the shortest turns', () => {
  expect(withMethods.methods?.[1]).toMatchObject({ equalMs: 50, ms: 60, ratio: 1.2, isSane: true });
  expect(withMethods.methods?.[1]?.medianRatio).toBeCloseTo(61 / 51);
  expect(withMethods.methods?.[2]).toMatchObject({ ratio: 2, isSane: false });
  const eager = { ...turns([1], [1]), engine: { ...engine, mode: 'eager' as const } };
  expect(methodResultOf(place('uw', 2, 'representation'), eager).isSane).toBe(false);
});

test('the table of methods has a row per method and way, a column per number of tasks', () => {
  const lines = methodsTable('lenet', withMethods).split('\n');
  expect(lines[0]).toBe('LeNet, batch 256, 28×28×1, times equal weights:');
  const cells = lines.slice(2, 8).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(cells).toEqual([
    ['method', 'gradients by', 'T = 2', 'T = 5', 'dispatches'],
    ['---', '---', '---', '---', '---'].map(() => expect.stringMatching(/^-+:?$/)),
    ['Equal weights', '–', '49 ms', '100 ms', '60, 60'],
    ['Uncertainty weights (UW)', '–', '1.02 ×', '–', '60, –'],
    ['MGDA', 'representation', '1.20 ×', '1.10 ×', '60, 60'],
    ['MGDA', 'parameters', '2.00 × (!)', '3.00 ×', '60, 60'],
  ]);
  expect(lines.at(-1)).toBe('- CAGrad with 2 tasks was not measured: No.');
});

test('the dearest method by the Gramian of the representation is judged, with five tasks', () => {
  expect(judge(withMethods).filter(({ goal }) => goal.includes('tasks'))).toEqual([
    {
      goal: 'lenet, 5 tasks, dearest method by the Gramian (pcgrad), against equal weights',
      measured: 1.31,
      wanted: 1.3,
      unit: '×',
      isAtLeast: false,
      isMet: false,
    },
  ]);
});

test('a problem may have more tasks, on other images', () => {
  const problem = problemOf('tiny', 5);
  expect(problem.experiment.tasks.map(({ id }) => id)).toEqual([
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
  ]);
  expect(problem.plan.heads).toHaveLength(5);
  expect(problemOf('tiny', 2).images).toEqual(problemOf('tiny').images);
});

test('a problem is the same whoever makes it, one batch large, and costs what its plan says', () => {
  const [one, other] = [problemOf('tiny'), problemOf('tiny')];
  expect(other.images).toEqual(one.images);
  expect(other.start).toEqual(one.start);
  expect(one.images).toHaveLength(8 * 8 * 8 * 3);
  expect(one.labels.map((labels) => labels.length)).toEqual([8, 8]);
  const mean = one.images.reduce((sum, value) => sum + value, 0) / one.images.length;
  expect(mean).toBeCloseTo(0, 4);
  expect(stepFlops(problemOf('lenet'))).toBe(3 * 256 * problemOf('lenet').plan.flops);
});

/** Multi-task methods in a run: kept in checkpoints, changed while it trains, and the same on every backend. */
import { beforeEach, expect, test } from 'vitest';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { openDevice } from './device.ts';
import type { RunOptions } from './run-options.ts';
import { Run } from './run.ts';
import { relativeError, rowsOf, smallDataset, smallExperiment } from './testing.ts';
import type { Checkpoint, RunEvent } from './types.ts';

const dataset = smallDataset();
const columns = metricColumns(['corner', 'light']);

const balanced = (kind: string, settings: object = {}, training: object = {}): Experiment =>
  smallExperiment(training, { strategy: { kind, settings } });

function start(experiment: Experiment, more: Partial<RunOptions> = {}) {
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event), ...more });
  const rows = () =>
    rowsOf(events, columns.length).map((row) => row.filter((_, i) => columns[i] !== 'seconds'));
  const checkpoints = () =>
    events.flatMap((event): Checkpoint[] => (event.type === 'checkpoint' ? [event.checkpoint] : []));
  const column = (name: string) => rowsOf(events, columns.length).map((row) => row[columns.indexOf(name)]);
  return { run, events, rows, checkpoints, column };
}

/** Trains to the end and waits for the last checkpoint. */
async function trained(experiment: Experiment, more: Partial<RunOptions> = {}) {
  const started = start(experiment, more);
  await started.run.resume();
  await expect.poll(() => started.checkpoints().at(-1)?.step).toBe(started.run.step);
  return started;
}

/** What of a checkpoint must repeat. */
const timeless = ({ seconds: _seconds, best: _best, stopping: _stopping, ...rest }: Checkpoint) => rest;

beforeEach(async () => {
  await openDevice('webgpu');
});

const remembering = Object.keys(strategies).filter((kind) => strategyOf(kind).remembers);

test.each(remembering)(
  '%s goes on from a checkpoint with all that it remembers, bit for bit',
  async (kind) => {
    const experiment = balanced(kind);
    const whole = await trained(experiment);
    const checkpoint = whole.checkpoints().find(({ step }) => step === 3);
    expect(checkpoint?.strategy).toEqual([expect.objectContaining({ name: `${kind}.state` })]);
    const again = await trained(experiment, { checkpoint: structuredClone(checkpoint!) });
    expect(again.rows()).toEqual(whole.rows().slice(3));
    expect(timeless(again.checkpoints().at(-1)!)).toEqual(timeless(whole.checkpoints().at(-1)!));
    await Promise.all([whole.run.dispose(), again.run.dispose()]);
  },
);

test.each([
  ['equal', 'mgda'],
  ['mgda', 'dwa'],
  ['uw', 'pcgrad'],
])('changes from %s to %s in mid-run and loses nothing else', async (before, after) => {
  const { run, rows, checkpoints } = start(balanced(before));
  for (let step = 0; step < 3; step++) await run.stepOnce();
  await expect.poll(() => checkpoints().at(-1)?.step).toBe(3);
  const checkpoint = structuredClone(checkpoints().at(-1)!);
  const { strategy } = balanced(after);
  run.adjust({ strategy });
  await run.resume();
  await expect.poll(() => checkpoints().at(-1)?.step).toBe(6);
  expect(run.details().mode).toBe('replayed');
  const fresh = await trained(balanced(after), { checkpoint });
  expect(rows()).toHaveLength(6);
  expect(rows().slice(3)).toEqual(fresh.rows());
  expect(timeless(checkpoints().at(-1)!)).toEqual(timeless(fresh.checkpoints().at(-1)!));
  await Promise.all([run.dispose(), fresh.run.dispose()]);
});

test('looks at other gradients from the next step on', async () => {
  const { run, events } = start(balanced('pcgrad'));
  await run.stepOnce();
  run.adjust({ strategy: { kind: 'pcgrad', settings: {}, gradients: 'parameters' } });
  await run.stepOnce();
  const rows = events.flatMap((event) => (event.type === 'gramians' ? [Array.from(event.rows)] : []));
  expect(rows.flat().length).toBe(2 * 5);
  const [first, second] = [rows.flat().slice(0, 5), rows.flat().slice(5)];
  expect(first.slice(0, 2)).toEqual([1, 0]);
  expect(second.slice(0, 2)).toEqual([2, 1]);
  expect([...first, ...second].every(Number.isFinite)).toBe(true);
  await run.dispose();
});

test('refuses settings that make no sense, and goes on as before', async () => {
  const { run, column } = start(balanced('manual', { weights: { light: 2 } }));
  await run.stepOnce();
  const wrong = {
    kind: 'manual',
    settings: { weights: { light: -1 } },
    gradients: 'representation',
  } as const;
  expect(() => run.adjust({ strategy: wrong })).toThrow(/strategy\.settings\.weights\.light/);
  expect(() => run.adjust({ strategy: { ...wrong, kind: 'none' } })).toThrow(/"none" is unknown/);
  await run.resume();
  expect(column('weight/light')).toEqual(Array.from({ length: 6 }, () => 2));
  await run.dispose();
});

const elsewhere = Object.keys(strategies).map((kind) => ({ kind }));

test.each(elsewhere)('$kind trains on the CPU as on WebGPU', async ({ kind }) => {
  const length = { unit: 'steps', count: 3 };
  const training = { optimiser: { kind: 'sgd', momentum: 0 }, learningRate: 0.05, length };
  const weightsOn = async (backend: 'webgpu' | 'cpu') => {
    await openDevice(backend);
    const { run, checkpoints, column } = await trained(balanced(kind, {}, training));
    const weights = ['corner', 'light'].flatMap((task) => column(`weight/${task}`));
    const { tensors } = checkpoints().at(-1)!;
    await run.dispose();
    return { weights: weights.map(Number), tensors };
  };
  const [webgpu, cpu] = [await weightsOn('webgpu'), await weightsOn('cpu')];
  expect(relativeError(cpu.weights, webgpu.weights)).toBeLessThan(2e-3);
  for (const [k, { values }] of webgpu.tensors.entries())
    expect(relativeError(cpu.tensors[k]?.values ?? [], values)).toBeLessThan(5e-3);
});

/** The experiment store: edits, refusals, undo. */
import { beforeEach, expect, it } from 'vitest';
import { experimentFor } from '#experiment/defaults.ts';
import { infoFor } from '#data/resolve.ts';
import { editExperiment, experimentStore, openExperiment, redo, undo } from './experiment.ts';

const data = { source: 'multi-fashion', settings: {} };

beforeEach(() => {
  openExperiment(experimentFor(infoFor(data), data));
  experimentStore.temporal.getState().clear();
});

const now = () => experimentStore.getState();

it('opens on Multi-Fashion with a network that fits', () => {
  expect(now().info.id).toBe('multi-fashion');
  expect(now().problems).toEqual([]);
  expect(now().plan.heads.map(({ task }) => task.id)).toEqual(['top-left', 'bottom-right']);
});

it('takes a valid edit and infers the network anew', () => {
  const before = now().plan.parameterCount;
  const taken = editExperiment((experiment) => ({ ...experiment, trunk: experiment.trunk.slice(0, -1) }));
  expect(taken).toBe(true);
  expect(now().plan.parameterCount).not.toBe(before);
  expect(now().experiment.trunk).toHaveLength(4);
});

it('refuses an invalid edit, keeps the last valid document and says why', () => {
  const before = now().experiment;
  const taken = editExperiment(({ training, ...rest }) => ({
    ...rest,
    training: { ...training, batchSize: 0 },
  }));
  expect(taken).toBe(false);
  expect(now().experiment).toBe(before);
  expect(now().rejected[0]).toMatchObject({
    path: 'training.batchSize',
    found: '0',
    remedy: 'Use at least 1.',
  });
  editExperiment((experiment) => ({ ...experiment, name: 'Mended' }));
  expect(now().rejected).toEqual([]);
});

it('takes a network that does not fit, with the problem in its place', () => {
  editExperiment((experiment) => ({
    ...experiment,
    trunk: experiment.trunk.map((layer) => (layer.kind === 'conv2d' ? { ...layer, kernel: 15 } : layer)),
  }));
  expect(now().problems[0]?.path).toBe('trunk.2.kernel');
});

it.each([
  ['an unknown data set', { data: { source: 'imagenet', settings: {} } }, 'data.source'],
  [
    'a setting that the data set does not have',
    { data: { source: 'multi-fashion', settings: { size: 1000 } } },
    'data.settings.size',
  ],
  ['an unknown strategy', { strategy: { kind: 'magic', settings: {} } }, 'strategy'],
])('refuses %s', (_what, change, path) => {
  expect(editExperiment((experiment) => ({ ...experiment, ...change }))).toBe(false);
  expect(now().rejected[0]?.path).toBe(path);
});

it('undoes and redoes edits, with what follows from them', () => {
  editExperiment((experiment) => ({ ...experiment, trunk: [] }));
  const without = now().plan.parameterCount;
  undo();
  expect(now().experiment.trunk).toHaveLength(5);
  expect(now().plan.trunk).toHaveLength(5);
  redo();
  expect(now().experiment.trunk).toEqual([]);
  expect(now().plan.parameterCount).toBe(without);
});

it('has nothing to undo after a refused edit', () => {
  editExperiment((experiment) => ({ ...experiment, seed: -1 }));
  expect(experimentStore.temporal.getState().pastStates).toEqual([]);
});

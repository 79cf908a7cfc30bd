/** Checkpoints as files: back as they were, bit for bit, and what a file that is none is told. */
import { expect, it } from 'vitest';
import type { NamedTensor } from '#engine/types.ts';
import { checkpointParts, readCheckpoint, type StoredCheckpoint } from './checkpoint-file.ts';
import { FileError } from './file-error.ts';
import { readSafetensors, safetensorsParts } from './safetensors.ts';
import { finishedRun } from './testing.ts';

const tensor = (name: string, ...values: number[]): NamedTensor => {
  return { name, shape: [values.length], values: Float32Array.from(values) };
};

function storedCheckpoint(): StoredCheckpoint {
  const { experiment, weights, validations } = finishedRun('lenet', undefined, 7);
  const [validation] = validations;
  if (!validation) throw new Error('needs a validation');
  const best = { step: 7, losses: { mean: 1 / 3, 'top-left': 0.1 }, tensors: weights.tensors };
  return {
    experiment,
    checkpoint: {
      step: 12,
      updates: 9,
      seconds: 0.1 + 0.2,
      tensors: weights.tensors,
      // Numbers that text would not carry over, and a name with a slash in it.
      optimiser: [tensor('trunk.0.weight.exp_avg', Number.NaN, -0, 1e-40, Infinity), tensor('a/b', 1)],
      strategy: [tensor('uw.state', 2 ** -149, 3)],
      normalisation: weights.normalisation,
      best: [best, { step: 3, losses: { 'bottom-right': 2 }, tensors: [tensor('trunk.0.bias', 5)] }],
      stopping: { lowest: 1 / 3, since: 2 },
      validatedAt: 10,
    },
    origin: 2,
    validations: [validation, { ...validation, step: 10 }],
  };
}

const written = (stored: StoredCheckpoint) => new Blob(checkpointParts(stored));

it('comes back as it was', async () => {
  const stored = storedCheckpoint();
  expect(await readCheckpoint(written(stored), 'file')).toEqual(stored);
});

it('comes back from before the first validation, with nothing remembered', async () => {
  const stored = storedCheckpoint();
  const untold = { stopping: { lowest: Infinity, since: 0 }, validatedAt: -1, best: [], strategy: [] };
  const early = { ...stored, checkpoint: { ...stored.checkpoint, ...untold }, validations: [] };
  expect(await readCheckpoint(written(early), 'file')).toEqual(early);
});

it('keeps of the validations those that are still quoted', async () => {
  const stored = storedCheckpoint();
  const [validation] = stored.validations;
  if (!validation) throw new Error('needs a validation');
  const validations = [1, 3, 5, 7, 9, 11].map((step) => ({ ...validation, step }));
  const read = await readCheckpoint(written({ ...stored, validations }), 'file');
  expect(read.validations.map(({ step }) => step)).toEqual([3, 7, 11]);
});

it('is a plain safetensors file', async () => {
  const { tensors } = await readSafetensors(written(storedCheckpoint()), 'file');
  const names = tensors.map(({ name }) => name);
  for (const name of [
    'parameters/trunk.0.weight',
    'optimiser/a/b',
    'strategy/uw.state',
    'best/1/trunk.0.bias',
  ])
    expect(names).toContain(name);
});

it.each([
  ['format', 'pt', 'file: metadata format: must be "trunkline-checkpoint" (found "pt"). Train anew.'],
  ['version', '2', 'file: metadata version: must be 1 (found "2"). Train anew.'],
  ['state', '{', 'file: metadata state: must be the state of a run'],
  ['state', '{"step":-1}', 'file: metadata state: must be the state of a run'],
  ['validations', '[{}]', 'file: metadata validations: must be evaluations'],
  ['experiment', '{}', 'file: version: '],
])('refuses a %s of %s', async (key, value, message) => {
  const { tensors, metadata } = await readSafetensors(written(storedCheckpoint()), 'file');
  const damaged = new Blob(safetensorsParts({ tensors, metadata: { ...metadata, [key]: value } }));
  const reading = readCheckpoint(damaged, 'file');
  await expect(reading).rejects.toThrow(FileError);
  await expect(reading).rejects.toThrow(message);
});

it.each(['elsewhere/a', 'best/2/a', 'a'])('refuses a tensor that belongs nowhere: %s', async (name) => {
  const { tensors, metadata } = await readSafetensors(written(storedCheckpoint()), 'file');
  const more = new Blob(safetensorsParts({ tensors: [...tensors, tensor(name, 1)], metadata }));
  await expect(readCheckpoint(more, 'file')).rejects.toThrow(
    `file: tensor ${name}: must be of type F32, in one of`,
  );
});

/**
 * `checkpoint.safetensors`: all that a run needs to go on as if it had never stopped, bit for bit. Tensors under
 * `parameters/`, `optimiser/`, `strategy/` and `best/N/`, the rest as JSON in the metadata. docs/files.md describes it.
 */
import { z } from 'zod';
import type { Checkpoint, Evaluation, NamedTensor } from '#engine/types.ts';
import { parseExperimentText } from '#experiment/parse.ts';
import { describe } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { FileError, inFile } from './file-error.ts';
import { readSafetensors, safetensorsParts, type StoredTensor } from './safetensors.ts';
import { evaluatedSchema, jsonNumber, parseJson } from './weights.ts';

/** A checkpoint with what else is known of its run. */
export interface StoredCheckpoint {
  readonly experiment: Experiment;
  readonly checkpoint: Checkpoint;
  /** Steps that the weights had seen before this run began. */
  readonly origin: number;
  /** Those that an export of the weights may still quote: of the best weights, and the last. */
  readonly validations: readonly Omit<Evaluation, 'outputs'>[];
}

const format = 'trunkline-checkpoint';
const version = '1';

const within = (group: string, tensors: readonly NamedTensor[]): StoredTensor[] =>
  tensors.map((tensor) => ({ ...tensor, name: `${group}/${tensor.name}` }));

/** The file in parts, to be laid one after the other. */
export function checkpointParts(stored: StoredCheckpoint): Uint8Array<ArrayBuffer>[] {
  const { experiment, checkpoint, origin, validations } = stored;
  const { tensors, optimiser, strategy, best, ...rest } = checkpoint;
  const quoted = new Set(best.map(({ step }) => step));
  const state = { ...rest, origin, best: best.map(({ step, losses }) => ({ step, losses })) };
  return safetensorsParts({
    tensors: [
      ...within('parameters', tensors),
      ...within('optimiser', optimiser),
      ...within('strategy', strategy),
      ...best.flatMap((weights, n) => within(`best/${n}`, weights.tensors)),
    ],
    metadata: {
      format,
      producer: 'trunkline',
      version,
      experiment: JSON.stringify(experiment),
      state: JSON.stringify(state),
      validations: JSON.stringify(
        validations.filter(({ step }, index) => quoted.has(step) || index === validations.length - 1),
      ),
    },
  });
}

const count = z.int().min(0);
const stateSchema = z.object({
  step: count,
  updates: count,
  seconds: z.number().min(0),
  origin: count,
  normalisation: z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) }),
  stopping: z.object({
    // JSON has no infinity, which is what it is before the first validation.
    lowest: z
      .number()
      .nullable()
      .transform((value) => value ?? Infinity),
    since: count,
  }),
  validatedAt: z.int().min(-1),
  best: z.array(z.object({ step: count, losses: z.record(z.string(), z.number()) })),
});
const validationsSchema = z.array(
  evaluatedSchema.extend({
    split: z.literal('validation'),
    seconds: z.number().min(0),
    meanLoss: jsonNumber,
  }),
);

/** Tensors of each group under their own names. Throws FileError for one of no known group. */
function grouped(tensors: readonly StoredTensor[], best: number, file: string): Map<string, NamedTensor[]> {
  const names = [
    'parameters',
    'optimiser',
    'strategy',
    ...Array.from({ length: best }, (_, n) => `best/${n}`),
  ];
  const groups = new Map<string, NamedTensor[]>(names.map((name) => [name, []]));
  for (const { name, shape, values } of tensors) {
    const [, group = '', own = ''] = /^(best\/\d+|[^/]+)\/(.+)$/s.exec(name) ?? [];
    const place = groups.get(group);
    if (!place || !(values instanceof Float32Array)) {
      throw new FileError(file, {
        path: `tensor ${name}`,
        rule: `must be of type F32, in one of ${names.join(', ')}`,
        found: describe(name),
        remedy: 'Train anew.',
      });
    }
    place.push({ name: own, shape, values });
  }
  return groups;
}

/**
 * Reads such a file. Whether it fits a network is for the caller to check.
 * @param name how messages call the file
 * @throws FileError naming the file, the place, the rule and what was found
 */
export async function readCheckpoint(file: Blob, name: string): Promise<StoredCheckpoint> {
  const { tensors, metadata } = await readSafetensors(file, name);
  const refuse = (path: string, rule: string, found: unknown): FileError =>
    new FileError(name, { path, rule, found: describe(found), remedy: 'Train anew.' });
  if (metadata['format'] !== format)
    throw refuse('metadata format', `must be "${format}"`, metadata['format']);
  if (metadata['version'] !== version)
    throw refuse('metadata version', `must be ${version}`, metadata['version']);
  const state = stateSchema.safeParse(parseJson(metadata['state'] ?? ''));
  if (!state.success) throw refuse('metadata state', 'must be the state of a run', metadata['state']);
  const validations = validationsSchema.safeParse(parseJson(metadata['validations'] ?? ''));
  if (!validations.success)
    throw refuse('metadata validations', 'must be evaluations', metadata['validations']);
  const { origin, best, ...rest } = state.data;
  const groups = grouped(tensors, best.length, name);
  const of = (group: string) => groups.get(group) ?? [];
  return {
    experiment: inFile(name, () => parseExperimentText(metadata['experiment'] ?? '')),
    checkpoint: {
      ...rest,
      tensors: of('parameters'),
      optimiser: of('optimiser'),
      strategy: of('strategy'),
      best: best.map((each, n) => ({ ...each, tensors: of(`best/${n}`) })),
    },
    origin,
    validations: validations.data,
  };
}

/**
 * `*.safetensors` of a run: weights under PyTorch's names and in its layouts, and in the metadata everything needed to
 * use them elsewhere. docs/files.md describes it for readers.
 */
import { z } from 'zod';
import type { Evaluation, NamedTensor, WeightsChoice } from '#engine/types.ts';
import { columnWidth, type ColumnInfo } from '#experiment/dataset-info.ts';
import { parseExperimentText } from '#experiment/parse.ts';
import { describe } from '#experiment/problem.ts';
import type { Exporter, FinishedRun, OpenedFile, StoredScores, StoredWeights } from './exporter.ts';
import { FileError, inFile } from './file-error.ts';
import { readSafetensors, safetensorsParts, type StoredTensor } from './safetensors.ts';

/** Weights of a run, or the average of those of several. */
type Chosen = WeightsChoice | { readonly averageOf: number };

/** What the file tells of a run: all but the curves. */
interface WeightedRun extends Omit<FinishedRun, 'series' | 'gramians' | 'choice'> {
  readonly choice: Chosen;
}

/** "last", "best", "best of" and a task's id, or "average of" and how many networks. */
export function describeChoice(choice: Chosen): string {
  if (typeof choice === 'string') return choice;
  return 'bestOf' in choice ? `best of ${choice.bestOf}` : `average of ${choice.averageOf}`;
}

/** PyTorch's BatchNorm counts the batches it has seen, and wants that count in its state. */
const counter = 'num_batches_tracked';

/** Weights as PyTorch's state_dict has them: with one counter beside every `running_mean`. */
function withCounters(tensors: readonly NamedTensor[], step: number): StoredTensor[] {
  return tensors.flatMap((tensor): StoredTensor[] => {
    if (!tensor.name.endsWith('.running_mean')) return [tensor];
    const name = tensor.name.replace(/running_mean$/, counter);
    return [tensor, { name, shape: [], values: BigInt64Array.of(BigInt(step)) }];
  });
}

function namesOf(column: ColumnInfo): object {
  return column.kind === 'number' ? { names: column.names } : { classes: column.classes };
}

/** Each task with the meaning of its outputs. */
function tasksOf({ experiment, info }: WeightedRun): object[] {
  return experiment.tasks.flatMap(({ id, name, kind, column: columnId }) => {
    const column = info.columns.find((each) => each.id === columnId);
    if (!column) return [];
    const outputs = column.kind === 'class' ? column.classes.length : columnWidth(column);
    return [{ id, name, kind, column: columnId, outputs, ...namesOf(column) }];
  });
}

function preprocessingOf({ info, weights }: WeightedRun): object {
  const { height, width, channels } = info.image;
  return {
    height,
    width,
    channels,
    colour: channels === 1 ? 'grey' : 'RGB',
    order: 'NCHW',
    scale: 1 / 255,
    mean: weights.normalisation.mean,
    std: weights.normalisation.deviation,
    formula: '(pixel * scale - mean) / std, pixels 0 to 255',
  };
}

function scoresOf(evaluation: Omit<Evaluation, 'outputs'> | null | undefined): StoredScores | undefined {
  return evaluation ? { step: evaluation.step, tasks: evaluation.tasks } : undefined;
}

/** The run's scores: validation after the step of the weights, where there was one, else the latest. */
function metricsOf({ validations, test, weights }: WeightedRun): object {
  const fitting = validations.findLast(({ step }) => step === weights.step) ?? validations.at(-1);
  return { validation: scoresOf(fitting), test: scoresOf(test) };
}

function metadataOf(run: WeightedRun): Record<string, string> {
  return {
    format: 'pt',
    producer: 'trunkline',
    version: '1',
    step: String(run.weights.step),
    weights: describeChoice(run.choice),
    experiment: JSON.stringify(run.experiment),
    tasks: JSON.stringify(tasksOf(run)),
    preprocessing: JSON.stringify(preprocessingOf(run)),
    metrics: JSON.stringify(metricsOf(run)),
  };
}

/** The file in parts, to be laid one after the other. */
export function weightsParts(run: WeightedRun): Uint8Array<ArrayBuffer>[] {
  const tensors = withCounters(run.weights.tensors, run.weights.step);
  return safetensorsParts({ tensors, metadata: metadataOf(run) });
}

/** JSON has no NaN: it is written as null. */
export const jsonNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
/** What weights were scored. */
export const scoresSchema = z.object({ loss: jsonNumber, metrics: z.record(z.string(), jsonNumber) });
/** Scores of all tasks after a step. */
export const evaluatedSchema = z.object({
  step: z.int().min(0),
  tasks: z.record(z.string(), scoresSchema),
});
const metricsSchema = z.object({ validation: evaluatedSchema.optional(), test: evaluatedSchema.optional() });

/** What JSON says, or undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function storedWeights(
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>>,
  file: string,
): StoredWeights {
  const refuse = (path: string, rule: string, found: unknown): FileError =>
    new FileError(file, { path, rule, found: describe(found), remedy: 'Export it again.' });
  const step = z.coerce.number().int().min(0).safeParse(metadata['step']);
  if (!step.success) throw refuse('metadata step', 'must be a whole number', metadata['step']);
  const metrics = metricsSchema.safeParse(parseJson(metadata['metrics'] ?? '{}'));
  if (!metrics.success) throw refuse('metadata metrics', 'must be losses and metrics', metadata['metrics']);
  const { validation, test } = metrics.data;
  return {
    step: step.data,
    choice: metadata['weights'] ?? 'last',
    tensors: tensors.flatMap(({ name, shape, values }) => {
      if (values instanceof Float32Array) return [{ name, shape, values }];
      if (name.endsWith(`.${counter}`)) return [];
      throw refuse(`tensor ${name}`, `must be of type F32: only ${counter} is a counter`, 'I64');
    }),
    metrics: { ...(validation ? { validation } : {}), ...(test ? { test } : {}) },
  };
}

async function read(file: Blob, name: string): Promise<OpenedFile> {
  const { tensors, metadata } = await readSafetensors(file, name);
  const document = metadata['experiment'];
  if (document === undefined) {
    throw new FileError(name, {
      path: 'metadata',
      rule: 'must hold the experiment that the weights belong to',
      found: `metadata ${describe(Object.keys(metadata))}`,
      remedy: 'Open weights that Trunkline has exported.',
    });
  }
  const experiment = inFile(name, () => parseExperimentText(document));
  return { experiment, weights: storedWeights(tensors, metadata, name) };
}

export const weights: Exporter = {
  name: 'Weights',
  help: 'Weights with PyTorch names and layouts; experiment, class names, preprocessing and metrics inside. Opens here again.',
  endings: ['.safetensors'],
  write: (run) => Promise.resolve(new Blob(weightsParts(run))),
  read,
};

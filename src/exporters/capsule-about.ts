/** `capsule.json`: what a capsule says of its run, as JSON. docs/files.md describes it for readers. */
import { z } from 'zod';
import type { DeviceInfo, Evaluation } from '#engine/types.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { parseExperiment, problemOf } from '#experiment/parse.ts';
import { describe } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { FileError, inFile } from './file-error.ts';

const capsuleFormat = 'trunkline-capsule';
const capsuleVersion = 1;

/** An evaluation without the outputs of the network. */
type Scored = Omit<Evaluation, 'outputs'>;

/** A run, as a list tells of it. Times are milliseconds since 1970. */
export interface CapsuleRun {
  readonly id: string;
  readonly name: string;
  readonly difference: string;
  readonly note: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: 'running' | 'paused' | 'finished' | 'failed' | 'interrupted';
  readonly step: number;
  readonly totalSteps: number;
  /** Of training. */
  readonly seconds: number;
  /** What it ran on. */
  readonly device: DeviceInfo | null;
  /** The most that was held on its GPU, in bytes. */
  readonly heldBytes?: number;
  readonly validations: readonly Scored[];
  readonly test: Scored | null;
  /** Step of the best weights, by `mean` or task id. */
  readonly best: Readonly<Record<string, number>>;
  /** What was changed while it went, in words, by step. */
  readonly changes?: readonly { readonly step: number; readonly words: string }[];
}

export interface CapsuleAbout {
  readonly experiment: Experiment;
  readonly run: CapsuleRun;
  /** What it trains on; `fingerprint` is null where it was not taken. */
  readonly data: { readonly info: DatasetInfo; readonly fingerprint: string | null };
  /** Where and when the capsule was written. */
  readonly environment: {
    readonly app: string;
    readonly exportedAt: number;
    readonly userAgent: string;
    readonly platform: string;
  };
  /** Steps of the checkpoints, rising. */
  readonly checkpoints: readonly number[];
  /** Why there are no predictions; null where there are. */
  readonly withoutPredictions: string | null;
  /** What is in it beside this file and the README. */
  readonly files: readonly string[];
}

/** JSON has no NaN, no infinities and no negative zero: they are written as text. */
const exactNumber = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity', '-0']).transform((text) => Number(text)),
]);
const count = z.int().min(0);
const time = z.number().min(0).max(8.64e15);
const text = (most: number) => z.string().max(most);

const scoredOf = (split: readonly ['validation'] | readonly ['test']) =>
  z.object({
    split: z.enum(split),
    step: count,
    seconds: exactNumber,
    tasks: z.record(z.string(), z.object({ loss: exactNumber, metrics: z.record(z.string(), exactNumber) })),
    meanLoss: exactNumber,
  });

const deviceSchema = z.object({
  backend: z.enum(['webgpu', 'webgl', 'cpu']),
  adapter: text(400),
  isSoftware: z.boolean(),
  fallbackReason: text(4000).exactOptional(),
  limits: z.object({ maxBufferBytes: z.number(), maxBindingBytes: z.number() }),
  features: z.array(text(100)).max(200),
});

const runSchema = z.object({
  id: z.string().regex(/^[\w-]{1,80}$/, 'must be letters, digits and dashes'),
  name: text(400),
  difference: text(4000),
  note: text(20_000),
  createdAt: time,
  updatedAt: time,
  status: z.enum(['running', 'paused', 'finished', 'failed', 'interrupted']),
  step: count,
  totalSteps: count,
  seconds: exactNumber,
  device: deviceSchema.nullable(),
  heldBytes: z.number().min(0).exactOptional(),
  validations: z.array(scoredOf(['validation'])).max(1_000_000),
  test: scoredOf(['test']).nullable(),
  best: z.record(z.string(), count),
  changes: z
    .array(z.object({ step: count, words: text(4000) }))
    .max(100_000)
    .exactOptional(),
});

const column = { id: text(200), name: text(400) };
const names = z.array(text(400)).max(100_000);
const infoSchema = z.object({
  id: text(400),
  name: text(400),
  description: text(20_000),
  licence: text(4000),
  source: text(4000),
  image: z.object({
    height: z.int().min(1).max(4096),
    width: z.int().min(1).max(4096),
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  columns: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ ...column, kind: z.literal('class'), classes: names }),
        z.object({ ...column, kind: z.literal('labels'), classes: names }),
        z.object({ ...column, kind: z.literal('number'), names }),
      ]),
    )
    .max(10_000),
  counts: z.object({ train: count, validation: count, test: count }),
});

const aboutSchema = z.object({
  experiment: z.unknown(),
  run: runSchema,
  data: z.object({
    info: infoSchema,
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits')
      .nullable(),
  }),
  environment: z.object({
    app: text(100),
    exportedAt: time,
    userAgent: text(4000),
    platform: text(400),
  }),
  checkpoints: z
    .array(count)
    .max(10_000)
    .refine((steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)), 'must rise'),
  withoutPredictions: text(4000).nullable(),
  files: z.array(text(200)).max(10_000),
});

function exactValue(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : Object.is(value, -0)
      ? '-0'
      : String(value);
}

/** The text of `capsule.json`. */
export function formatAbout(about: CapsuleAbout): string {
  const document = { format: capsuleFormat, version: capsuleVersion, ...about };
  return `${JSON.stringify(document, (_key, value: unknown) => exactValue(value), 2)}\n`;
}

/**
 * Reads such a text.
 * @param file how messages call it
 * @throws FileError naming every place, rule and value found
 */
export function parseAbout(content: string, file: string): CapsuleAbout {
  const refuse = (path: string, rule: string, found: unknown, remedy: string): FileError =>
    new FileError(file, { path, rule, found: describe(found), remedy });
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    throw refuse('document', 'must be JSON', content.slice(0, 40), 'Export the capsule again.');
  }
  const head = z.object({ format: z.unknown(), version: z.unknown() }).safeParse(document).data;
  if (head?.format !== capsuleFormat)
    throw refuse(
      'format',
      `must be "${capsuleFormat}"`,
      head?.format,
      'Open a capsule that Trunkline has exported.',
    );
  if (head.version !== capsuleVersion)
    throw refuse(
      'version',
      `must be ${capsuleVersion}`,
      head.version,
      'It was written by another version of Trunkline: open it there, or update this one.',
    );
  const parsed = aboutSchema.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 5).map((issue) => problemOf(issue, document));
    throw new FileError(file, ...problems);
  }
  const experiment = inFile(file, () => parseExperiment(parsed.data.experiment));
  return { ...parsed.data, experiment };
}

/** Training settings of the document: optimiser, learning-rate schedule, length, validation, stopping. */
import { z } from 'zod';

const momentum = z.number().min(0).max(0.9999);

/** Update rules and their settings, with PyTorch's defaults. */
export const optimiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    momentum: momentum.default(0.9).meta({ title: 'Momentum' }),
    nesterov: z.boolean().default(false).meta({ title: 'Nesterov' }),
    weightDecay: z.number().min(0).max(1).default(0).meta({ title: 'Weight decay' }),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    beta1: momentum.default(0.9).meta({ title: 'Beta 1' }),
    beta2: momentum.default(0.999).meta({ title: 'Beta 2' }),
    epsilon: z.number().min(1e-16).max(1).default(1e-8).meta({ title: 'Epsilon' }),
    weightDecay: z.number().min(0).max(1).default(0).meta({ title: 'Weight decay' }),
  }),
  z.strictObject({
    kind: z.literal('adamw'),
    beta1: momentum.default(0.9).meta({ title: 'Beta 1' }),
    beta2: momentum.default(0.999).meta({ title: 'Beta 2' }),
    epsilon: z.number().min(1e-16).max(1).default(1e-8).meta({ title: 'Epsilon' }),
    weightDecay: z.number().min(0).max(1).default(0.01).meta({ title: 'Weight decay' }),
  }),
]);
export type Optimiser = z.infer<typeof optimiserSchema>;

/** How the learning rate changes over the steps; see schedule.ts for the formulas. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({
    kind: z.literal('step'),
    every: z.int().min(1).default(1000).meta({ title: 'Every (steps)' }),
    factor: z.number().min(0).max(1).default(0.1).meta({ title: 'Factor' }),
  }),
  z.strictObject({
    kind: z.literal('cosine'),
    floor: z.number().min(0).max(1).default(0).meta({ title: 'Floor (share of rate)' }),
  }),
  z.strictObject({
    kind: z.literal('one-cycle'),
    rise: z.number().min(0.01).max(0.99).default(0.3).meta({ title: 'Rise (share of run)' }),
    startDivisor: z.number().min(1).default(25).meta({ title: 'Start divisor' }),
    endDivisor: z.number().min(1).default(10000).meta({ title: 'End divisor' }),
  }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

const span = z.strictObject({ unit: z.enum(['steps', 'epochs']), count: z.int().min(1).max(10_000_000) });

export const earlyStoppingSchema = z.strictObject({
  watch: z
    .string()
    .default('mean')
    .meta({ title: 'Watch', description: 'A task id, or "mean" of all tasks.' }),
  patience: z.int().min(1).max(1000).default(5).meta({ title: 'Patience (validations)' }),
  minimumChange: z.number().min(0).default(0).meta({ title: 'Minimum change of loss' }),
});

export const trainingSchema = z.strictObject({
  optimiser: optimiserSchema,
  learningRate: z.number().gt(0).max(100).default(1e-3).meta({ title: 'Learning rate' }),
  schedule: scheduleSchema.default({ kind: 'constant' }),
  warmUp: z.int().min(0).max(1_000_000).default(0).meta({ title: 'Warm-up (steps)' }),
  clipNorm: z.number().gt(0).nullable().default(null).meta({ title: 'Clip gradient norm' }),
  batchSize: z.int().min(1).max(65536).default(256).meta({ title: 'Batch size' }),
  length: span.default({ unit: 'epochs', count: 10 }),
  validateEvery: span.default({ unit: 'epochs', count: 1 }),
  earlyStopping: earlyStoppingSchema.nullable().default(null),
});
export type Training = z.infer<typeof trainingSchema>;

/** Steps per epoch on a training part of `images`; the last, incomplete batch is left out (drop_last). */
export function stepsPerEpoch(images: number, batchSize: number): number {
  return Math.max(1, Math.floor(images / batchSize));
}

/** The batch size in use: never more than the images there are. */
export function effectiveBatchSize(images: number, batchSize: number): number {
  return Math.max(1, Math.min(images, batchSize));
}

/**
 * The batch size to begin with on a data set: as it is, but where fewer than eight batches would make an epoch, the power of two
 * of which eight do, and at least 4. A few hundred images are learned in steps, not in one large batch.
 */
export function suitedBatchSize(images: number, batchSize: number): number {
  return Math.min(batchSize, Math.max(4, 2 ** Math.floor(Math.log2(Math.max(1, images / 8)))));
}

/** A span in steps. */
export function spanInSteps(
  { unit, count }: z.infer<typeof span>,
  images: number,
  batchSize: number,
): number {
  return unit === 'steps' ? count : count * stepsPerEpoch(images, batchSize);
}

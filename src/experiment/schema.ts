/** The experiment document: everything that decides what a run is. See docs/design.md §1. */
import { z } from 'zod';
import { layerSchema } from './layers/index.ts';
import { sharingSchema } from './sharing/index.ts';
import { taskSchema } from './tasks/index.ts';
import { trainingSchema } from './training.ts';

/** Bumped when a document of before needs a migration (migrate.ts). */
export const currentVersion = 1;

export const augmentationSchema = z.strictObject({
  flip: z.boolean().default(false).meta({ title: 'Flip', description: 'Mirrors half of the images.' }),
  shift: z.int().min(0).max(64).default(0).meta({ title: 'Shift (px)' }),
  crop: z.int().min(0).max(64).default(0).meta({ title: 'Pad and crop (px)' }),
  brightness: z.number().min(0).max(1).default(0).meta({ title: 'Brightness (±)' }),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

export const experimentSchema = z
  .strictObject({
    version: z.literal(currentVersion),
    name: z.string().max(120).default('Untitled'),
    data: z.strictObject({
      /** Id of a data set. */
      source: z.string().min(1),
      /** Settings of that data set; it checks them itself. */
      settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    }),
    augmentation: augmentationSchema.default(augmentationSchema.parse({})),
    tasks: z.array(taskSchema).min(1, 'must have at least one task').max(64),
    trunk: z.array(layerSchema).max(200),
    /** Layers of each task's head, by task id; the final projection comes from the task. */
    heads: z.record(z.string(), z.array(layerSchema).max(50)),
    sharing: sharingSchema.default({ kind: 'hard' }),
    /** Multi-task method; its settings are checked by the registry of strategies. */
    strategy: z
      .strictObject({
        kind: z.string(),
        settings: z.record(z.string(), z.unknown()).default({}),
        /**
         * What the task gradients that it looks at are taken by: the representation that the heads share, or all shared
         * parameters, which is exact and takes a backward pass of the trunk per task.
         */
        gradients: z.enum(['representation', 'parameters']).default('representation'),
      })
      .default({ kind: 'equal', settings: {}, gradients: 'representation' }),
    training: trainingSchema,
    seed: z.int().min(0).max(0xffffffff).default(0),
  })
  .superRefine(({ tasks, heads }, context) => {
    const ids = tasks.map((task) => task.id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) !== index) {
        context.addIssue({
          code: 'custom',
          path: ['tasks', index, 'id'],
          message: `must be unique: "${id}" occurs twice`,
        });
      }
      if (!heads[id]) {
        context.addIssue({
          code: 'custom',
          path: ['heads', id],
          message: `must be a list of layers for task "${id}" ([] for none)`,
        });
      }
    }
    for (const id of Object.keys(heads)) {
      if (!ids.includes(id)) {
        context.addIssue({
          code: 'custom',
          path: ['heads', id],
          message: `must belong to a task; the tasks are ${ids.join(', ')}`,
        });
      }
    }
  });

export type Experiment = z.infer<typeof experimentSchema>;

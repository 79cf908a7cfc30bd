/** Hard parameter sharing (Caruana 1997, "Multitask Learning"): one trunk that all tasks share, one head per task. */
import { z } from 'zod';

export const hardSchema = z.strictObject({ kind: z.literal('hard') });

export const hard = {
  name: 'Hard sharing',
  help: 'One trunk for all tasks, one head per task.',
  /** Whether all tasks train a parameter, by its full name. */
  isShared: (parameter: string) => parameter.startsWith('trunk.'),
};

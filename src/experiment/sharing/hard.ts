/** Hard parameter sharing (Caruana 1997, "Multitask Learning"): one trunk that all tasks share, one head per task. */
import { z } from 'zod';

export const hardSchema = z
  .strictObject({ kind: z.literal('hard') })
  .meta({ title: 'Hard sharing', description: 'One trunk for all tasks, one head per task.' });

/** The registry of sharing schemes: which parameters the tasks have in common. */
import { z } from 'zod';
import { hardSchema } from './hard.ts';

export const sharingSchema = z.discriminatedUnion('kind', [hardSchema]);

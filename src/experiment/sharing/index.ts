/** The registry of sharing schemes: which parameters the tasks have in common. */
import { z } from 'zod';
import { hard, hardSchema } from './hard.ts';

export const sharingSchema = z.discriminatedUnion('kind', [hardSchema]);

export const sharing = { hard };

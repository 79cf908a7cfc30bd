/** Keeps Zod from compiling schemas with `new Function`, which the page's policy forbids. Imported before any schema. */
import { z } from 'zod';

z.config({ jitless: true });

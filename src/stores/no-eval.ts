/** Keeps Zod from compiling schemas with `new Function` in the workers of this room, as ui/no-eval.ts does on the page. */
import { z } from 'zod';

z.config({ jitless: true });

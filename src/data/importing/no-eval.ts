/** Keeps Zod from compiling schemas with `new Function` in the worker of imports, as ui/no-eval.ts does on the page. */
import { z } from 'zod';

z.config({ jitless: true });

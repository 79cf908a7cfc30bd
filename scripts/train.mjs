// @ts-check
/** `npm run train -- ARGS`: bundles src/cli/train.ts where it has changed and runs it with these arguments. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { bundle } from './bundle.mjs';
import { prepare, root } from './setup.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

prepare();
const program = await bundle('src/cli/train.ts');

// npm runs us in the project's folder, but the reader's paths start where the reader stands.
const cwd = (process.env['npm_lifecycle_event'] === 'train' && process.env['INIT_CWD']) || process.cwd();
const child = spawn(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], {
  cwd,
  stdio: 'inherit',
  env: { ...process.env, ...vulkanEnvironment(), TRUNKLINE_ROOT: root },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

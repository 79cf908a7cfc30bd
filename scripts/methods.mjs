// @ts-check
/** `node scripts/methods.mjs` writes what the registry of methods says into docs/methods.md. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bundle } from './bundle.mjs';
import { prepare, root } from './setup.mjs';

prepare();
const page = path.join(root, 'docs/methods.md');
const { withMethods } = await import(await bundle('scripts/docs/methods.ts'));
writeFileSync(page, withMethods(readFileSync(page, 'utf8')));
const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules/oxfmt/bin/oxfmt'), page], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

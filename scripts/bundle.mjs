// @ts-check
/** Bundles a program of ours for Node, which does not read TypeScript, and keeps the bundle until a source changes. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/**
 * Changes whenever something that may end up in a bundle does.
 * @param {string} entry
 */
function fingerprint(entry) {
  const hash = createHash('sha256');
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = [
    ...sources.map((file) => path.join('src', file)),
    entry,
    'package-lock.json',
    'scripts/bundle.mjs',
  ];
  for (const file of files.toSorted()) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file}:${mtimeMs}:${size}\n`);
  }
  return hash.digest('hex');
}

/**
 * The path of an up-to-date bundle. All packages are in it, tfjs once and in its ESM form, except `webgpu`: that one is
 * native code.
 * @param {string} entry a path in the project, such as `src/cli/train.ts`
 */
export async function bundle(entry) {
  const name = path.basename(entry, path.extname(entry));
  const folder = path.join(root, 'node_modules/.cache/trunkline', name);
  const output = path.join(folder, `${name}.mjs`);
  const mark = path.join(folder, 'fingerprint');
  const current = fingerprint(entry);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === current) return output;
  rmSync(mark, { force: true });
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['webgpu'] },
    build: {
      ssr: entry,
      outDir: folder,
      target: 'node20',
      sourcemap: true,
      copyPublicDir: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  writeFileSync(mark, current);
  return output;
}

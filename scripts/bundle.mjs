// @ts-check
/** Bundles a program of ours for Node, which does not read TypeScript, and keeps the bundle until a source changes. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
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
 * @typedef {object} BundleOptions
 * @property {Record<string, string>} [define] words that become expressions of JavaScript
 */

/**
 * The path of an up-to-date bundle. All packages are in it, tfjs once and in its ESM form, except `webgpu` and `sharp`:
 * those are native code.
 * @param {string} entry a path in the project, such as `src/cli/train.ts`
 * @param {BundleOptions} [options]
 */
export async function bundle(entry, { define = {} } = {}) {
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
    define,
    ssr: { noExternal: true, external: ['webgpu', 'sharp'] },
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

/**
 * Writes a program as one file that runs where no packages are, and beside it, in `dist/`, the native code of `webgpu` for
 * this kind of machine. Returns the file's path.
 * @param {string} entry a path in the project
 * @param {string} folder
 * @param {BundleOptions} [options]
 */
export async function bundleToCarry(entry, folder, { define = {} } = {}) {
  const name = path.basename(entry, path.extname(entry));
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    define,
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: path.resolve(folder),
      emptyOutDir: false,
      target: 'node20',
      copyPublicDir: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs', codeSplitting: false } },
    },
  });
  const machine = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  // Where the package's own code, which is in the bundle now, looks for it.
  const native = path.join('dist', machine);
  cpSync(path.join(root, 'node_modules/webgpu', native), path.join(folder, native), { recursive: true });
  return path.join(folder, `${name}.mjs`);
}

// @ts-check
/** What a reader downloads: our page and worker, and the smallest program that trains with each of the others. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../setup.mjs';

/** Others, each by its contender's file in src/bench/contenders. */
const others = { tfjs: 'tfjs.ts', 'jax-js': 'jax-js.ts' };

/** Gzipped bytes by name. */
export async function sizesOf() {
  const { build } = await import('vite');
  await build({ root, logLevel: 'warn' });
  const folder = path.join(root, 'dist/assets');
  const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  const total = (/** @type {string[]} */ names) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(path.join(folder, name))).length, 0);
  const isWorker = (/** @type {string} */ name) => name.startsWith('entry');
  /** @type {Record<string, number>} */
  const sizes = {
    'Trunkline, page': total(files.filter((name) => !isWorker(name))),
    'Trunkline, worker': total(files.filter(isWorker)),
  };
  for (const [name, file] of Object.entries(others)) {
    const built = await build({
      root,
      configFile: false,
      logLevel: 'warn',
      build: {
        write: false,
        lib: { entry: path.join(root, 'src/bench/contenders', file), formats: ['es'], fileName: name },
        copyPublicDir: false,
      },
    });
    const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    const codes = outputs.map((each) => (each.type === 'chunk' ? each.code : ''));
    sizes[`${name}, with a network to train`] = codes.reduce((sum, code) => sum + gzipSync(code).length, 0);
  }
  return sizes;
}

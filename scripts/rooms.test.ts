/**
 * Every file of every room imports everything once; the linter must object to exactly what docs/design.md forbids. The
 * table here is written out from that page and not taken from rooms.mjs, so that neither can drift alone.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ours = {
  lib: '#lib/some.ts',
  experiment: '#experiment/tasks/some.ts',
  strategies: '#strategies/some.ts',
  data: '#data/some.ts',
  studies: '#studies/some.ts',
  engine: '#engine/some.ts',
  'worker client': '#worker/client.ts',
  'worker entry': '#worker/entry.ts',
  exporters: '#exporters/some.ts',
  storage: '#storage/some.ts',
  stores: '#stores/some.ts',
  ui: '#ui/shell/some.tsx',
  cli: '#cli/some.ts',
  bench: '#bench/some.ts',
};
const packages = [
  'zod',
  'fflate',
  'papaparse',
  '@zip.js/zip.js',
  'hyparquet',
  'idb',
  'sharp',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu',
  '@jax-js/jax',
  'webgpu',
  'zustand',
  'zustand/middleware',
  'zundo',
  'react',
  'react-dom/client',
  '@mantine/core',
  '@xyflow/react',
  'recharts',
  'node:fs',
  'vitest',
];

const tfjs = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu'];
const react = ['react', 'react-dom/client', '@mantine/core', '@xyflow/react', 'recharts'];
const pure = [ours.lib, ours.experiment, ours.strategies, ours.data];
const uiMay = [
  ...pure,
  ours.studies,
  ours.exporters,
  ours.stores,
  ...react,
  'zod',
  'fflate',
  'papaparse',
  '@zip.js/zip.js',
  'hyparquet',
];

/** A file of each kind, and all that it may import. */
const may: Record<string, string[]> = {
  'lib/from': [],
  'experiment/from': [ours.lib, 'zod'],
  'experiment/layers/from': [ours.lib, 'zod'],
  'strategies/from': [ours.lib, 'zod'],
  'data/importers/from': [
    ours.lib,
    ours.experiment,
    'zod',
    'fflate',
    'idb',
    'papaparse',
    '@zip.js/zip.js',
    'hyparquet',
  ],
  'studies/from': [...pure, 'zod'],
  'engine/from': [...pure, 'zod', ...tfjs],
  'engine/tasks/from': [...pure, 'zod', ...tfjs],
  'worker/client-from': [ours.lib, ours.data, ours.experiment, 'zod'],
  'worker/entry-from': [ours.lib, ours.data, ours.experiment, ours.engine, 'zod'],
  'exporters/from': [...pure, 'zod', 'fflate'],
  'storage/from': [ours.lib, ours.experiment, ours.studies, 'idb'],
  'stores/from': [
    ...pure,
    ours.studies,
    ours.exporters,
    ours.storage,
    ours['worker client'],
    'zustand',
    'zustand/middleware',
    'zundo',
    'zod',
    'fflate',
  ],
  'ui/from': uiMay,
  'ui/data/from': uiMay,
  'main.from': uiMay,
  'cli/from': [
    ...pure,
    ours.studies,
    ours.engine,
    ours.exporters,
    'webgpu',
    'sharp',
    'zod',
    'fflate',
    'node:fs',
  ],
  'bench/from': [...pure, ours.engine, ours.cli, ...tfjs, '@jax-js/jax', 'node:fs'],
};

/** Our own room, reached the wrong way or the right way: `[file, source, the message expected if any]`. */
const cases: [file: string, text: string, complaint?: string][] = [
  ['lib/neighbour.ts', `export * from './other.ts';`],
  ['engine/tasks/parent.ts', `export * from '../other.ts';`],
  ['ui/run/parent.tsx', `export * from '../data/Panel.tsx';`],
  ['main.tsx', `export * from './ui/shell/Shell.tsx';`],
  ['lib/own-name.ts', `export * from '#lib/other.ts';`, 'inside a room write ./file.ts'],
  ['data/relative.ts', `export * from '../lib/other.ts';`, 'across rooms write #room/file.ts'],
  ['ui/run/relative.tsx', `export * from '../../data/other.ts';`, 'across rooms write #room/file.ts'],
  ['ui/relative.tsx', `export * from '../data/other.ts';`, 'across rooms write #room/file.ts'],
  ['engine/outside.ts', `export * from '../../package.json';`, 'across rooms write #room/file.ts'],
  ['attic/some.ts', `export * from './other.ts';`, 'attic/some.ts is in no room of docs/design.md'],
  ['worker/types.ts', `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`],
  ['exporters/types.ts', `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`],
  ['stores/types.ts', `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`],
  ['studies/types.ts', `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`],
  ['storage/types.ts', `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`],
  [
    'ui/run/types.ts',
    `import type { Run } from '#engine/types.ts';\nexport type Mine = Run;`,
    'ui may not import #engine/types.ts; its rooms are: lib, experiment, strategies, data, studies, exporters, stores',
  ],
  ['worker/types-again.ts', `export type { Run } from '#engine/types.ts';`],
  [
    'worker/types-value.ts',
    `export { run } from '#engine/types.ts';`,
    'worker may not import #engine/types.ts; its rooms are: lib, experiment, data',
  ],
  [
    'worker/types-other.ts',
    `import type { Run } from '#engine/model.ts';\nexport type Mine = Run;`,
    'worker may not import #engine/model.ts; its rooms are: lib, experiment, data',
  ],
  [
    'lib/late.ts',
    `export const late = () => import('#data/other.ts');`,
    'lib may not import #data/other.ts; its rooms are: none',
  ],
  [
    'lib/type-only.ts',
    `import type { Some } from '#data/other.ts';\nexport type Mine = Some;`,
    'lib may not import #data/other.ts; its rooms are: none',
  ],
  [
    'lib/type-inline.ts',
    `export type Mine = import('#data/other.ts').Some;`,
    'lib may not import #data/other.ts; its rooms are: none',
  ],
  ['lib/some.test.ts', `import 'vitest';\nimport 'node:fs';\nexport * from './some.ts';`],
  ['ui/run/testing.tsx', `export * from 'vitest-browser-react';`],
  [
    'lib/reach.test.ts',
    `export * from '#engine/some.ts';`,
    'lib may not import #engine/some.ts; its rooms are: none',
  ],
];

const pairs = Object.keys(may).flatMap((from) =>
  [...Object.values(ours), ...packages].map((target, index) => {
    const file = `${from}${index}.${/^(ui|main)/.test(from) ? 'tsx' : 'ts'}`;
    const own =
      target.slice(1, target.indexOf('/')) === (from.startsWith('main') ? 'ui' : from.split('/')[0]);
    return { from, target, file, allowed: own ? undefined : may[from]?.includes(target) };
  }),
);

const other: Record<string, string> = {
  'engine/ring-a.ts': `import { b } from './ring-b.ts';\nexport const a = () => b;`,
  'engine/ring-b.ts': `import { a } from './ring-a.ts';\nexport const b = () => a;`,
  'worker/entry-ring.ts': `import { d } from '#data/ring.ts';\nexport const c = () => d;`,
  'data/ring.ts': `import { c } from '#worker/entry-ring.ts';\nexport const d = () => c;`,
  'lib/long-file.ts': Array.from({ length: 301 }, (_, i) => `export const line${i} = ${i};`).join('\n'),
  'lib/long-function.ts': `export function long() {\n${'  globalThis.name = "";\n'.repeat(61)}}`,
  'lib/chatty.ts': `console.log('hello');`,
  'lib/default.ts': `export default 1;`,
};

let complaints: { file: string; code: string; message: string }[] = [];
const root = mkdtempSync(path.join(tmpdir(), 'trunkline-rooms-'));

/** The complaints about one file, of one rule if given. */
const about = (file: string, code?: string) =>
  complaints.filter((each) => each.file === file && (code === undefined || each.code === code));

beforeAll(() => {
  for (const file of ['.oxlintrc.json', 'package.json', 'scripts/rooms.mjs'])
    cpSync(file, path.join(root, file));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, 'src', file)), { recursive: true });
    writeFileSync(path.join(root, 'src', file), `${text}\n`);
  };
  for (const { file, target } of pairs) write(file, `export * from '${target}';`);
  for (const [file, text] of cases) write(file, text);
  for (const [file, text] of Object.entries(other)) write(file, text);
  const oxlint = path.resolve('node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [oxlint, '-f', 'json', 'src'], { cwd: root, encoding: 'utf8' });
  const report: { diagnostics: { filename: string; code: string; message: string }[] } = JSON.parse(
    run.stdout,
  );
  complaints = report.diagnostics.map(({ filename, code, message }) => ({
    file: path.relative('src', filename).replaceAll(path.sep, '/'),
    code,
    message,
  }));
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

test.each(Object.keys(may))('src/%s may import what the design allows it, and nothing else', (from) => {
  const rows = pairs.filter((pair) => pair.from === from && pair.allowed !== undefined);
  expect(rows.length).toBeGreaterThan(20);
  const refused = rows.filter(({ file }) => about(file, 'rooms(imports)').length > 0);
  expect(refused.map(({ target }) => target)).toEqual(
    rows.filter(({ allowed }) => !allowed).map(({ target }) => target),
  );
});

test.each(cases)('src/%s keeps or breaks the way to write an import', (file, _text, complaint) => {
  const messages = about(file, 'rooms(imports)').map(({ message }) => message);
  expect(messages).toEqual(complaint === undefined ? [] : [complaint]);
});

test.each([
  ['engine/ring-a.ts', 'import(no-cycle)'],
  ['engine/ring-b.ts', 'import(no-cycle)'],
  ['data/ring.ts', 'import(no-cycle)'],
  ['lib/long-file.ts', 'eslint(max-lines)'],
  ['lib/long-function.ts', 'eslint(max-lines-per-function)'],
  ['lib/chatty.ts', 'eslint(no-console)'],
  ['lib/default.ts', 'import(no-default-export)'],
])('src/%s breaks %s', (file, code) => {
  expect(about(file, code)).toHaveLength(1);
});

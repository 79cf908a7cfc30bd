// @ts-check
/**
 * The rooms of docs/design.md as a lint rule: who may import what. The table is the law; .oxlintrc.json loads the rule,
 * and rooms.test.ts breaks it in every way.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Room
 * @property {RegExp} files the files that follow this row, as paths under src/; the first row that matches holds
 * @property {string[]} rooms other rooms that it may import from
 * @property {RegExp} packages packages that it may import; tests and their helpers (testing.ts) also vitest and Node's own
 * @property {RegExp} [banned] files of `rooms` that it may not import all the same
 * @property {RegExp} [types] files of other rooms from which it may import types, and nothing but types
 */

const pure = ['lib', 'experiment', 'strategies', 'data'];

/** @type {Record<string, Room>} */
const rooms = {
  lib: { files: /^lib\//, rooms: [], packages: /^$/ },
  experiment: { files: /^experiment\//, rooms: ['lib'], packages: /^zod$/ },
  strategies: { files: /^strategies\//, rooms: ['lib'], packages: /^zod$/ },
  data: {
    files: /^data\//,
    rooms: ['lib', 'experiment'],
    packages: /^(zod|fflate|idb|papaparse|@zip\.js\/zip\.js|hyparquet(-compressors)?(\/src\/.+)?|fzstd)$/,
  },
  studies: {
    files: /^studies\//,
    rooms: pure,
    packages: /^zod$/,
    types: /^engine\/types\.ts$/,
  },
  engine: { files: /^engine\//, rooms: pure, packages: /^(@tensorflow\/.+|zod)$/ },
  'worker entries': {
    files: /^worker\/entry[^/]*$/,
    rooms: ['lib', 'experiment', 'data', 'engine'],
    packages: /^zod$/,
  },
  worker: {
    files: /^worker\//,
    rooms: ['lib', 'experiment', 'data'],
    packages: /^zod$/,
    types: /^engine\/types\.ts$/,
  },
  exporters: {
    files: /^exporters\//,
    rooms: ['lib', 'experiment', 'strategies', 'data'],
    packages: /^(zod|fflate)$/,
    types: /^engine\/types\.ts$/,
  },
  storage: {
    files: /^storage\//,
    rooms: ['lib', 'experiment', 'studies'],
    packages: /^idb$/,
    types: /^engine\/types\.ts$/,
  },
  stores: {
    files: /^stores\//,
    rooms: [...pure, 'studies', 'worker', 'exporters', 'storage'],
    packages: /^(zustand(\/.+)?|zundo|zod|fflate)$/,
    banned: /^worker\/entry/,
    types: /^engine\/types\.ts$/,
  },
  ui: {
    files: /^(ui\/|main\.)/,
    rooms: [...pure, 'studies', 'exporters', 'stores'],
    packages: /^(?!@tensorflow\/|@jax-js\/|webgpu$|sharp$|zustand|zundo|idb$|node:|vitest)/,
  },
  cli: {
    files: /^cli\//,
    rooms: [...pure, 'studies', 'engine', 'exporters'],
    packages: /^(webgpu|sharp|zod|fflate|node:.+)$/,
  },
  bench: {
    files: /^bench\//,
    rooms: [...pure, 'engine', 'cli'],
    packages: /^(@tensorflow\/.+|@jax-js\/jax|node:.+)$/,
  },
};

const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'src');
const isTest = /(\.test|\/testing)\.tsx?$/;
const testPackages = /^(node:|vitest)/;

/**
 * The room that a file lies in, whichever row it follows.
 * @param {string} file a path under src/ with forward slashes
 */
const folderOf = (file) => (file.startsWith('main.') ? 'ui' : file.split('/')[0]);

/**
 * What is wrong with an import, or undefined.
 * @param {string} file the importing file, a path under src/ with forward slashes
 * @param {string} specifier what it imports
 * @param {boolean} typesOnly
 */
function violation(file, specifier, typesOnly) {
  const [name, room] = Object.entries(rooms).find(([, row]) => row.files.test(file)) ?? [];
  if (!room) return `${file} is in no room of docs/design.md`;
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    return folderOf(target) === folderOf(file) ? undefined : 'across rooms write #room/file.ts';
  }
  if (!specifier.startsWith('#')) {
    const allowed = room.packages.test(specifier) || (isTest.test(file) && testPackages.test(specifier));
    return allowed ? undefined : `${name} may not import the package ${specifier}`;
  }
  const target = specifier.slice(1);
  const folder = folderOf(target) ?? '';
  if (folder === folderOf(file)) return 'inside a room write ./file.ts';
  const allowed = room.rooms.includes(folder) && !room.banned?.test(target);
  if (allowed || (typesOnly && room.types?.test(target))) return undefined;
  return `${name} may not import ${specifier}; its rooms are: ${room.rooms.join(', ') || 'none'}`;
}

/** Every way to import: a statement, a re-export, `import()` of a value and `import()` of a type. */
const imports = {
  /** @param {any} context oxlint's, in the form of ESLint's */
  create(context) {
    const file = path.relative(source, context.filename).replaceAll(path.sep, '/');
    if (file.startsWith('..')) return {};
    /** @param {any} node */
    const check = (node) => {
      const from = node.source;
      if (typeof from?.value !== 'string') return;
      const typesOnly = 'type' === (node.importKind ?? node.exportKind) || node.type === 'TSImportType';
      const message = violation(file, from.value, typesOnly);
      if (message) context.report({ node: from, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: 'rooms' }, rules: { imports } };

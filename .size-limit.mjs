// @ts-check
/**
 * What may be how large, packed as a server sends it. What belongs to the page and what is loaded later follows from the
 * imports in the build's manifest, so that a chunk that the bundler splits off or renames stays counted where it is needed.
 */
import { readFileSync, readdirSync } from 'node:fs';

/** @typedef {{ file: string, css?: string[], imports?: string[], isDynamicEntry?: boolean }} Chunk */

/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

/**
 * A chunk with all that it imports at once.
 * @param {string} name
 * @param {Set<string>} found
 */
function closure(name, found = new Set()) {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`The build has no ${name}: mend .size-limit.mjs.`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const each of chunk.imports ?? []) if (!found.has(manifest[each]?.file ?? '')) closure(each, found);
  return found;
}

const page = closure('index.html');
/** @param {RegExp} pattern of sources that are loaded when they are looked at */
function later(pattern) {
  const names = Object.keys(manifest).filter((name) => manifest[name]?.isDynamicEntry && pattern.test(name));
  if (names.length === 0) throw new Error(`The build has nothing like ${pattern}: mend .size-limit.mjs.`);
  return new Set(names.flatMap((name) => [...closure(name)]).filter((file) => !page.has(file)));
}

/** @param {RegExp} pattern of workers, which the manifest does not list */
const workers = (pattern) =>
  readdirSync('dist/assets')
    .filter((file) => pattern.test(file))
    .map((file) => `assets/${file}`);

/**
 * @param {string} name
 * @param {string} limit
 * @param {Iterable<string>} files
 */
const budget = (name, limit, files) => ({ name, limit, path: [...files].map((file) => `dist/${file}`) });

const charts = later(/SchedulePreview|ScatterGrid/);
const withoutCharts = (/** @type {RegExp} */ pattern) =>
  [...later(pattern)].filter((file) => !charts.has(file));

export default [
  budget('page', '470 kB', page),
  budget('charts loaded when looked at', '89 kB', charts),
  budget('conflicts loaded when looked at', '22 kB', later(/conflicts\/|MethodsModal/)),
  budget('evaluation loaded when looked at', '9 kB', later(/evaluation\//)),
  budget('runs loaded when looked at', '16 kB', later(/RunsModal/)),
  budget('studies loaded when looked at', '37 kB', later(/studies\//)),
  budget('comparison loaded when looked at', '45 kB', withoutCharts(/compare\//)),
  budget('ensembles loaded when looked at', '15 kB', later(/ensembles\//)),
  budget('importing, when asked', '30 kB', later(/ImportModal/)),
  budget('labels edited, and data chosen', '30 kB', later(/labels\/|data\/Picker/)),
  budget('imports and the decoding of pictures', '208 kB', workers(/^entry-(import|decoder)-/)),
  budget('learning-rate finder loaded when looked at', '7 kB', later(/RateFinder/)),
  budget('worker', '297 kB', workers(/^entry-[^-]{8}\.js$/)),
  budget('what methods would do, when asked', '49 kB', workers(/^entry-answers-/)),
  budget('capsules, when one is made or opened', '54 kB', workers(/^entry-capsule-/)),
  budget('ensembles, when they are computed', '28 kB', workers(/^entry-ensemble-/)),
  budget('compared curves and their drawing', '12 kB', workers(/^entry-(curves|lines|parts)-/)),
];

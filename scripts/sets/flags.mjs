// @ts-check
/**
 * Flags of countries as an import set: node scripts/sets/flags.mjs OUT [--count N] [--size 64]
 *
 * PNG files and metadata.csv: continent, and the colours that take at least a twentieth of the picture, separated by |. From npm's
 * flag-icons (MIT), rasterised by sharp.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { csvLine, packageFolder, spread } from './packages.mjs';

const version = '7.5.0';
/** @type {readonly (readonly [string, readonly [number, number, number]])[]} */
const colours = [
  ['black', [0, 0, 0]],
  ['white', [255, 255, 255]],
  ['red', [206, 17, 38]],
  ['orange', [255, 130, 0]],
  ['yellow', [255, 215, 0]],
  ['green', [0, 122, 61]],
  ['light blue', [110, 175, 230]],
  ['blue', [0, 40, 120]],
];
const leastShare = 0.05;

/**
 * The colours of a picture, by the nearest one of each pixel.
 * @param {Uint8Array} pixels red, green, blue
 */
export function coloursOf(pixels) {
  const counts = new Map(colours.map(([name]) => [name, 0]));
  for (let i = 0; i < pixels.length; i += 3) {
    let [best, least] = ['', Infinity];
    for (const [name, colour] of colours) {
      const distance = colour.reduce((sum, value, c) => sum + (value - (pixels[i + c] ?? 0)) ** 2, 0);
      if (distance < least) [best, least] = [name, distance];
    }
    counts.set(best, (counts.get(best) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= (leastShare * pixels.length) / 3).map(([name]) => name);
}

/**
 * Writes the set.
 * @param {string} out a folder, made where it is missing
 * @param {{ count?: number, size?: number }} [options] how many flags; pixels a side
 * @returns {Promise<number>} how many flags were written
 */
export async function makeFlags(out, { count = Infinity, size = 64 } = {}) {
  const folder = packageFolder('flag-icons', version);
  /** @type {{ code: string, name: string, continent?: string, flag_1x1: string }[]} */
  const all = JSON.parse(readFileSync(path.join(folder, 'country.json'), 'utf8'));
  const chosen = spread(
    all.filter(({ continent }) => continent !== undefined),
    count,
  );
  const { default: sharp } = await import('sharp');
  mkdirSync(path.join(out, 'flags'), { recursive: true });
  let table = csvLine(['file_name', 'continent', 'colours', 'country']);
  for (const { code, name, continent = '', flag_1x1: file } of chosen) {
    const flag = sharp(path.join(folder, file), { density: 72 })
      .resize(size, size, { fit: 'fill' })
      .removeAlpha();
    const pixels = await flag.clone().raw().toBuffer();
    await flag.png().toFile(path.join(out, 'flags', `${code}.png`));
    table += csvLine([`flags/${code}.png`, continent, coloursOf(pixels).join('|'), name]);
  }
  writeFileSync(path.join(out, 'metadata.csv'), table);
  return chosen.length;
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { count: { type: 'string' }, size: { type: 'string' } },
  });
  const [out] = positionals;
  if (out === undefined)
    throw new Error('Say where to: node scripts/sets/flags.mjs OUT [--count N] [--size 64]');
  const written = await makeFlags(out, {
    ...(values.count === undefined ? {} : { count: Number(values.count) }),
    ...(values.size === undefined ? {} : { size: Number(values.size) }),
  });
  console.log(`${written} flags and metadata.csv in ${out}`);
}

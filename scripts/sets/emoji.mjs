// @ts-check
/**
 * Emoji pictures as an import set: node scripts/sets/emoji.mjs OUT [--count N] [--size 64]
 *
 * PNG files by vendor, and metadata.csv: category, subcategory, vendor's style, whether there are skin tones, and the emoji's name,
 * by which both vendors' pictures of it are kept in one part. From npm's emoji-datasource-google (Noto Emoji, Apache 2.0) and
 * emoji-datasource-twitter (Twemoji, CC BY 4.0).
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { csvLine, packageFolder, spread } from './packages.mjs';

const version = '16.0.0';
const vendors = /** @type {const} */ (['google', 'twitter']);
/** Of the packages' pictures. */
const ownSize = 64;

/**
 * Writes the set.
 * @param {string} out a folder, made where it is missing
 * @param {{ count?: number, size?: number }} [options] pictures of all vendors together; pixels a side
 * @returns {Promise<number>} how many pictures were written
 */
export async function makeEmoji(out, { count = Infinity, size = ownSize } = {}) {
  const folders = vendors.map((vendor) => ({
    vendor,
    folder: packageFolder(`emoji-datasource-${vendor}`, version, ['*/sheets*']),
  }));
  /** @type {{ short_name: string, image: string, category: string, subcategory: string, sort_order: number, has_img_google: boolean, has_img_twitter: boolean, skin_variations?: object }[]} */
  const all = JSON.parse(readFileSync(path.join(folders[0]?.folder ?? '', 'emoji.json'), 'utf8'));
  const inBoth = all.filter((emoji) => emoji.has_img_google && emoji.has_img_twitter);
  const chosen = spread(
    inBoth.toSorted((a, b) => a.sort_order - b.sort_order),
    Math.ceil(count / vendors.length),
  );
  let table = csvLine(['file_name', 'category', 'subcategory', 'style', 'skin_tones', 'emoji']);
  let written = 0;
  for (const { vendor, folder } of folders) {
    mkdirSync(path.join(out, vendor), { recursive: true });
    for (const emoji of chosen) {
      if (written === count) break;
      const from = path.join(folder, 'img', vendor, '64', emoji.image);
      const name = `${vendor}/${emoji.image}`;
      if (size === ownSize) copyFileSync(from, path.join(out, name));
      else {
        const { default: sharp } = await import('sharp');
        await sharp(from).resize(size, size).png().toFile(path.join(out, name));
      }
      const tones = emoji.skin_variations ? 'yes' : 'no';
      table += csvLine([name, emoji.category, emoji.subcategory, vendor, tones, emoji.short_name]);
      written++;
    }
  }
  writeFileSync(path.join(out, 'metadata.csv'), table);
  return written;
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { count: { type: 'string' }, size: { type: 'string' } },
  });
  const [out] = positionals;
  if (out === undefined)
    throw new Error('Say where to: node scripts/sets/emoji.mjs OUT [--count N] [--size 64]');
  const written = await makeEmoji(out, {
    ...(values.count === undefined ? {} : { count: Number(values.count) }),
    ...(values.size === undefined ? {} : { size: Number(values.size) }),
  });
  console.log(`${written} pictures and metadata.csv in ${out}`);
}

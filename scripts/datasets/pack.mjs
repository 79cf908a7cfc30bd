/**
 * Writes the packed image format that src/data/builtin/packed-images.ts reads: gzip of
 * 7 little-endian uint32 ("TKIM", version 1, height, width, images in train, validation, test),
 * one class index (uint8) per image, then the images (grey uint8) as residuals of PNG's Paeth predictor, which
 * deflate compresses 8 % better than bare pixels.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

export const side = 28;
const pixels = side * side;
export const partNames = ['train', 'validation', 'test'];
const maximumBytes = 7_000_000;

/** Folder of the built page's data sets. */
export const datasetsFolder = new URL('../../public/datasets/', import.meta.url).pathname;

/**
 * The first images of each class, in the order given, without pixelwise duplicates of images taken before; image i
 * of the result has class i modulo 10, so that every prefix is balanced.
 * @param {{ image: Uint8Array, label: number }[]} pool
 * @param {number} perClass
 * @param {Set<string>} taken pixels of the images used so far; grows
 * @param {number} [classes]
 */
export function takeBalanced(pool, perClass, taken, classes = 10) {
  const byClass = Array.from({ length: classes }, () => []);
  for (const item of pool) {
    const key = Buffer.from(item.image).toString('latin1');
    if (byClass[item.label].length === perClass || taken.has(key)) continue;
    taken.add(key);
    byClass[item.label].push(item);
  }
  for (const [label, items] of byClass.entries())
    if (items.length < perClass)
      throw new Error(`class ${label}: ${items.length} images, ${perClass} wanted`);
  return Array.from({ length: perClass * classes }, (_, i) => byClass[i % classes][Math.floor(i / classes)]);
}

/** PNG's Paeth predictor: whichever of left, up and up-left is nearest to left + up − up-left. */
function paeth(left, up, upLeft) {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** Residuals of one image, pixels beyond the edge counting as 0. */
function residuals(image) {
  return image.map((value, i) => {
    const x = i % side;
    const left = x > 0 ? image[i - 1] : 0;
    const up = i >= side ? image[i - side] : 0;
    const upLeft = x > 0 && i >= side ? image[i - side - 1] : 0;
    return value - paeth(left, up, upLeft); // Uint8Array wraps modulo 256
  });
}

/**
 * Packs the three parts and writes `<folder>/<folder>.bin` with its LICENSE and SOURCE.
 * @param {string} folder under public/datasets
 * @param {Record<string, { image: Uint8Array, label: number }[]>} parts
 * @param {{ licence: string, source: string }} texts
 */
export function writePacked(folder, parts, texts) {
  const items = partNames.flatMap((name) => parts[name]);
  const header = new DataView(new ArrayBuffer(28));
  const words = [0x4d494b54, 1, side, side, ...partNames.map((name) => parts[name].length)];
  for (const [i, word] of words.entries()) header.setUint32(4 * i, word, true);
  const images = Buffer.alloc(items.length * pixels);
  for (const [i, item] of items.entries()) images.set(residuals(item.image), i * pixels);
  const raw = Buffer.concat([
    Buffer.from(header.buffer),
    Uint8Array.from(items, (item) => item.label),
    images,
  ]);
  const packed = gzipSync(raw, { level: 9, memLevel: 9, strategy: constants.Z_FILTERED });
  if (packed.length > maximumBytes)
    throw new Error(`${folder}: ${packed.length} bytes, at most ${maximumBytes}`);
  mkdirSync(join(datasetsFolder, folder), { recursive: true });
  writeFileSync(join(datasetsFolder, folder, `${folder}.bin`), packed);
  writeFileSync(join(datasetsFolder, folder, 'LICENSE.txt'), texts.licence);
  writeFileSync(join(datasetsFolder, folder, 'SOURCE.txt'), texts.source);
  const counts = partNames.map((name) => `${parts[name].length} ${name}`).join(', ');
  console.log(`${folder}: ${counts}; ${packed.length} bytes`);
}

/** Upright pictures as images of the data set: cut or set in bars, resized, grey or colour. The same in the browser and in Node. */
import type { ImageShape } from '#experiment/dataset-info.ts';
import { placeImage } from '../decode-image.ts';
import type { ImagePlan } from './decoder.ts';
import { type Raster, reduce, reductionOf, resize } from './resample.ts';

/** A decoded, upright picture, read in parts because it may be large. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** A part of it, opaque. */
  read(x: number, y: number, width: number, height: number): Raster;
}

type Colour = readonly [red: number, green: number, blue: number];

/** `#rrggbb` as three numbers, 0…255. */
export function parseColour(colour: string): Colour {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** ITU-R BT.601 luma, with the rounding of Pillow's mode L. */
const luma = (red: number, green: number, blue: number) =>
  (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;

/** A picture that lies in memory. */
export function pictureOf({ width, height, channels, pixels }: Raster): Picture {
  return {
    width,
    height,
    read: (x, y, wide, high) => {
      if (x === 0 && wide === width)
        return {
          width,
          height: high,
          channels,
          pixels: pixels.subarray(y * width * channels, (y + high) * width * channels),
        };
      const part = new Uint8Array(wide * high * channels);
      for (let row = 0; row < high; row++) {
        const from = ((y + row) * width + x) * channels;
        part.set(pixels.subarray(from, from + wide * channels), row * wide * channels);
      }
      return { width: wide, height: high, channels, pixels: part };
    },
  };
}

/**
 * Red, green, blue, alpha over a colour.
 * @param rgba straight, not premultiplied; `isBgr`: blue, green, red, alpha
 */
export function flatten(
  { width, height, rgba, isBgr }: { width: number; height: number; rgba: Uint8Array; isBgr: boolean },
  hasAlpha: boolean,
  background: Colour,
): Raster {
  const count = width * height;
  const pixels = new Uint8Array(count * 3);
  const [red, blue] = isBgr ? [2, 0] : [0, 2];
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    pixels[to] = rgba[from + red] ?? 0;
    pixels[to + 1] = rgba[from + 1] ?? 0;
    pixels[to + 2] = rgba[from + blue] ?? 0;
  }
  if (hasAlpha)
    for (let pixel = 0; pixel < count; pixel++) {
      const alpha = rgba[4 * pixel + 3] ?? 255;
      if (alpha === 255) continue;
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * pixel + channel;
        const shown = (pixels[at] ?? 0) * alpha + (background[channel] ?? 0) * (255 - alpha);
        pixels[at] = Math.round(shown / 255);
      }
    }
  return { width, height, channels: 3, pixels };
}

/** Grey as colour, colour as grey, or as it is. */
function toShade(raster: Raster, channels: 1 | 3): Raster {
  if (raster.channels === channels) return raster;
  const { width, height, pixels: from } = raster;
  const pixels = new Uint8Array(width * height * channels);
  if (channels === 1)
    for (let i = 0; i < pixels.length; i++)
      pixels[i] = luma(from[3 * i] ?? 0, from[3 * i + 1] ?? 0, from[3 * i + 2] ?? 0);
  else
    for (let i = 0; i < from.length; i++)
      pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = from[i] ?? 0;
  return { width, height, channels, pixels };
}

/** Pixels that are read at a time from a picture that has to be averaged. */
const stripPixels = 2 ** 20;

/** A part of a picture at another size. */
function readResized(
  picture: Picture,
  [x, y, width, height]: readonly [number, number, number, number],
  [wide, high]: readonly [number, number],
): Raster {
  const [across, down] = [reductionOf(width, wide), reductionOf(height, high)];
  if (across === 1 && down === 1) return resize(picture.read(x, y, width, height), wide, high);
  const rows = Math.max(1, Math.floor(stripPixels / width / down)) * down;
  const strips: Raster[] = [];
  for (let top = 0; top < height; top += rows)
    strips.push(reduce(picture.read(x, y + top, width, Math.min(rows, height - top)), across, down));
  return resize(stack(strips), wide, high, [width / across, height / down]);
}

/** Strips of a picture below each other. */
function stack(strips: readonly Raster[]): Raster {
  const [first] = strips;
  if (!first || strips.length === 1)
    return first ?? { width: 0, height: 0, channels: 1, pixels: new Uint8Array() };
  const height = strips.reduce((sum, strip) => sum + strip.height, 0);
  const pixels = new Uint8Array(height * first.width * first.channels);
  let at = 0;
  for (const strip of strips) {
    pixels.set(strip.pixels, at);
    at += strip.pixels.length;
  }
  return { ...first, height, pixels };
}

/** An image of one colour. */
function blank({ height, width, channels }: ImageShape, colour: Colour): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(height * width * channels);
  if (channels === 1) return pixels.fill(luma(...colour));
  for (let at = 0; at < pixels.length; at += 3) pixels.set(colour, at);
  return pixels;
}

/** An upright picture as an image of the plan's shape: [height, width, channels], 0…255. */
export function fitPicture(picture: Picture, { shape, fit, background }: ImagePlan): Uint8Array {
  const { source, target } = placeImage(picture, shape, fit);
  const [left, top, width, height] = target;
  const image = toShade(readResized(picture, source, [width, height]), shape.channels);
  if (width === shape.width && height === shape.height) return image.pixels;
  const pixels = blank(shape, parseColour(background));
  const row = width * shape.channels;
  for (let y = 0; y < height; y++)
    pixels.set(
      image.pixels.subarray(y * row, (y + 1) * row),
      ((top + y) * shape.width + left) * shape.channels,
    );
  return pixels;
}

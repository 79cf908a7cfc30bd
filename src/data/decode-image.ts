/** A picture file as the network takes it: decoded by the browser off the page's thread, at the data set's size and channels. */
import type { ImageShape } from '#experiment/dataset-info.ts';

/** `cover` fills the image and cuts off what is left over, `contain` shows all with bars, `stretch` shows all distorted. */
export const fits = ['cover', 'contain', 'stretch'] as const;
export type Fit = (typeof fits)[number];

export interface DecodeOptions {
  readonly fit: Fit;
  /** Dark for light, as a drawing on paper needs it for a data set of light things on black. */
  readonly invert: boolean;
}

/** Bytes; nothing that a camera makes is larger, and a browser decodes no more than this at ease. */
const largestFile = 200e6;

/** A part of the source and where it goes, in pixels. */
interface Placement {
  readonly source: readonly [x: number, y: number, width: number, height: number];
  readonly target: readonly [x: number, y: number, width: number, height: number];
}

/** Where the source goes in an image of the network; both parts are at least one pixel wide and high. */
export function placeImage(
  source: { readonly width: number; readonly height: number },
  { width, height }: Pick<ImageShape, 'width' | 'height'>,
  fit: Fit,
): Placement {
  const all = [0, 0, source.width, source.height] as const;
  if (fit === 'stretch') return { source: all, target: [0, 0, width, height] };
  const cover = fit === 'cover';
  const ratios = [width / source.width, height / source.height] as const;
  const scale = cover ? Math.max(...ratios) : Math.min(...ratios);
  if (cover) return { source: centred(source, width / scale, height / scale), target: [0, 0, width, height] };
  return { source: all, target: centred({ width, height }, source.width * scale, source.height * scale) };
}

/** A rectangle of whole pixels, at least one wide and high, in the middle of another. */
function centred(
  around: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): [x: number, y: number, width: number, height: number] {
  const [wide, high] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  return [Math.floor((around.width - wide) / 2), Math.floor((around.height - high) / 2), wide, high];
}

/**
 * Red, green, blue, alpha as the network's channels; grey is ITU-R BT.601 luma, as Pillow's mode L.
 * @param rgba [height, width, 4], opaque
 * @returns [height, width, channels]
 */
export function toChannels(rgba: Uint8ClampedArray, channels: 1 | 3, invert: boolean): Uint8Array {
  const count = rgba.length / 4;
  const pixels = new Uint8Array(count * channels);
  const put = (at: number, value: number) => {
    pixels[at] = Math.round(invert ? 255 - value : value);
  };
  for (let i = 0; i < count; i++) {
    const [red, green, blue] = [rgba[4 * i] ?? 0, rgba[4 * i + 1] ?? 0, rgba[4 * i + 2] ?? 0];
    if (channels === 1) put(i, 0.299 * red + 0.587 * green + 0.114 * blue);
    else for (const [c, value] of [red, green, blue].entries()) put(3 * i + c, value);
  }
  return pixels;
}

/**
 * Decodes a picture.
 * @returns [height, width, channels], 0…255
 * @throws Error in plain words where the file is no picture that the browser reads
 */
export async function decodeImage(
  file: Blob,
  shape: ImageShape,
  options: DecodeOptions,
): Promise<Uint8Array> {
  const bitmap = await openBitmap(file);
  try {
    const { source, target } = placeImage(bitmap, shape, options.fit);
    const canvas = new OffscreenCanvas(shape.width, shape.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('The browser has no canvas to scale the image on.');
    // What lies around the image, or behind its clear parts, is to be black once it is inverted.
    context.fillStyle = options.invert ? '#fff' : '#000';
    context.fillRect(0, 0, shape.width, shape.height);
    const scaled = await createImageBitmap(bitmap, ...source, {
      resizeWidth: target[2],
      resizeHeight: target[3],
      resizeQuality: 'high',
    });
    context.drawImage(scaled, target[0], target[1]);
    scaled.close();
    const { data } = context.getImageData(0, 0, shape.width, shape.height);
    return toChannels(data, shape.channels, options.invert);
  } finally {
    bitmap.close();
  }
}

async function openBitmap(file: Blob): Promise<ImageBitmap> {
  const name = file instanceof File && file.name ? `“${file.name}”` : 'This';
  if (file.size > largestFile)
    throw new Error(
      `${name} has ${Math.round(file.size / 1e6)} MB; images of up to ${largestFile / 1e6} MB are read.`,
    );
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Error(`${name} is no image that this browser reads. PNG, JPEG, WebP, AVIF, GIF and BMP are.`);
  }
}

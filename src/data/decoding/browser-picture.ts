/**
 * Pictures as this browser decodes them, upright and opaque, their colours as they are written: profiles and gamma are left aside
 * (`colorSpaceConversion: 'none'`), so that the same file gives the same numbers on every display, and those that Pillow gives.
 */
import type { PictureHeader } from './headers/picture-header.ts';
import { flatten, type Picture, parseColour, pictureOf } from './fit-picture.ts';
import { turned } from './turned.ts';

/** A picture whose memory is to be given back. */
export interface OpenPicture extends Picture {
  close(): void;
}

export interface EncodedPicture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same bytes. */
  readonly blob: Blob;
  readonly header: PictureHeader;
}

const damaged = 'is damaged or cut off: the browser could not decode it';

/** Of those formats the browser hands out the very pixels that are written; of others it may hand out brightness and colour apart. */
const plainFormats: Readonly<Record<string, string>> = { PNG: 'image/png' };

/** Pixels up to which a picture is read from the decoder as a whole. */
const wholePixels = 2 ** 21;

/**
 * Decodes a picture.
 * @param background what shows behind its clear parts, `#rrggbb`
 * @throws Error in plain words where it is damaged
 */
export async function openPicture(encoded: EncodedPicture, background: string): Promise<OpenPicture> {
  const { format, width, height, orientation } = encoded.header;
  const type = plainFormats[format];
  if (type && orientation === 1 && width * height <= wholePixels && 'ImageDecoder' in globalThis)
    return (await openFrame(encoded, type, background)) ?? openBitmap(encoded, background);
  return openBitmap(encoded, background);
}

/** By WebCodecs, which takes bytes where bitmaps take a file: thrice as fast for small pictures. Null where it cannot. */
async function openFrame(
  { bytes, header }: EncodedPicture,
  type: string,
  background: string,
): Promise<OpenPicture | null> {
  const decoder = new ImageDecoder({
    data: bytes,
    type,
    colorSpaceConversion: 'none',
    preferAnimation: false,
  });
  try {
    const { image } = await decoder.decode();
    try {
      if (!/^(RGB|BGR)[AX]$/.test(image.format ?? '')) return null;
      const { codedWidth: width, codedHeight: height } = image;
      const rgba = new Uint8Array(image.allocationSize());
      if (rgba.length !== 4 * width * height) return null;
      await image.copyTo(rgba);
      const isBgr = image.format?.startsWith('B') ?? false;
      const raster = flatten({ width, height, rgba, isBgr }, header.hasAlpha, parseColour(background));
      return { ...pictureOf(raster), close: () => {} };
    } finally {
      image.close();
    }
  } catch {
    throw new Error(damaged);
  } finally {
    decoder.close();
  }
}

let kept: OffscreenCanvasRenderingContext2D | undefined;

/** A canvas at least so large; the last one again where it is. */
function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  if (kept && kept.canvas.width >= width && kept.canvas.height >= height) return kept;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('could not be read: the browser has no canvas');
  kept = context;
  return context;
}

async function openBitmap({ blob, header }: EncodedPicture, background: string): Promise<OpenPicture> {
  const isTurnedByUs = header.format === 'WebP'; // browsers pass over its EXIF data
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, {
      imageOrientation: isTurnedByUs ? 'none' : 'from-image',
      colorSpaceConversion: 'none',
    });
  } catch {
    throw new Error(damaged);
  }
  const { width, height } = bitmap;
  const stored: Picture = {
    width,
    height,
    read: (x, y, wide, high) => {
      const context = canvasOf(wide, high);
      if (header.hasAlpha) {
        context.fillStyle = background;
        context.fillRect(0, 0, wide, high);
      }
      context.drawImage(bitmap, x, y, wide, high, 0, 0, wide, high);
      const { data } = context.getImageData(0, 0, wide, high);
      const rgba = new Uint8Array(data.buffer);
      return flatten({ width: wide, height: high, rgba, isBgr: false }, false, [0, 0, 0]);
    },
  };
  return { ...turned(stored, isTurnedByUs ? header.orientation : 1), close: () => bitmap.close() };
}

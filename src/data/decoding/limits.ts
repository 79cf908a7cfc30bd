/** How large a picture may be. A few kilobytes can claim gigapixels, so that its size is looked at before it is decoded. */

/** More than any camera makes; decoded, four bytes for each. */
export const mostPixels = 100e6;
/** Bytes; nothing that a camera makes is larger. */
export const largestFile = 200e6;

const megapixels = (pixels: number) => Math.round(pixels / 1e6).toLocaleString('en-GB');

/** Throws in plain words where a file is larger than what is read. */
export function checkBytes(bytes: number): void {
  if (bytes > largestFile)
    throw new Error(
      `has ${Math.round(bytes / 1e6).toLocaleString('en-GB')} MB: files of up to ${largestFile / 1e6} MB are read`,
    );
}

/** Throws in plain words where a picture has no pixel, or more than can be decoded at ease. */
export function checkPixels({ width, height }: { readonly width: number; readonly height: number }): void {
  if (width < 1 || height < 1) throw new Error(`is damaged: it says to be ${width} × ${height} pixels`);
  if (width * height > mostPixels)
    throw new Error(
      `says to be ${width} × ${height} pixels, ${megapixels(width * height)} megapixels: up to ${mostPixels / 1e6} are read`,
    );
}

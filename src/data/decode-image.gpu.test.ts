/** Decoding real picture files in a real browser. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';

/** A PNG: left half white, right half black, with the rest of the canvas clear. */
async function picture(width: number, height: number): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = '#000';
  context.fillRect(width / 2, 0, width / 2, height);
  return new File([await canvas.convertToBlob()], 'half.png', { type: 'image/png' });
}

const grey = { width: 8, height: 8, channels: 1 } as const;
const at = (pixels: Uint8Array, row: number, column: number) => pixels[row * 8 + column];

describe('decodeImage', () => {
  it('stretches, fits with black bars, or fills', async () => {
    const file = await picture(64, 32);
    const stretched = await decodeImage(file, grey, { fit: 'stretch', invert: false });
    expect(stretched).toHaveLength(64);
    expect([at(stretched, 0, 0), at(stretched, 7, 1), at(stretched, 0, 6)]).toEqual([255, 255, 0]);
    const fitted = await decodeImage(file, grey, { fit: 'contain', invert: false });
    expect([at(fitted, 0, 0), at(fitted, 4, 0), at(fitted, 4, 7)]).toEqual([0, 255, 0]);
    const filled = await decodeImage(file, grey, { fit: 'cover', invert: false });
    expect([at(filled, 0, 0), at(filled, 0, 7)]).toEqual([255, 0]);
  });

  it('inverts the image, and leaves the bars black', async () => {
    const inverted = await decodeImage(await picture(64, 32), grey, { fit: 'contain', invert: true });
    expect([at(inverted, 0, 0), at(inverted, 4, 0), at(inverted, 4, 7)]).toEqual([0, 0, 255]);
  });

  it('gives three channels where the data set has three', async () => {
    const colour = await decodeImage(
      await picture(8, 8),
      { ...grey, channels: 3 },
      { fit: 'cover', invert: false },
    );
    expect(colour).toHaveLength(8 * 8 * 3);
    expect([...colour.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it('says plainly what is no image', async () => {
    const notes = new File(['just words'], 'notes.txt', { type: 'text/plain' });
    const decoding = decodeImage(notes, grey, { fit: 'cover', invert: false });
    await expect(decoding).rejects.toThrow('“notes.txt” is no image that this browser reads');
  });
});

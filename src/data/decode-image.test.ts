/** Where an image goes, and how its colours become channels. Decoding itself is tested in Chromium. */
import { describe, expect, it } from 'vitest';
import { placeImage, toChannels } from './decode-image.ts';

describe('placeImage', () => {
  const photo = { width: 400, height: 200 };
  const shape = { width: 28, height: 28 };

  it('cuts, shows all, or distorts', () => {
    expect(placeImage(photo, shape, 'cover')).toEqual({ source: [100, 0, 200, 200], target: [0, 0, 28, 28] });
    expect(placeImage(photo, shape, 'contain')).toEqual({ source: [0, 0, 400, 200], target: [0, 7, 28, 14] });
    expect(placeImage(photo, shape, 'stretch')).toEqual({ source: [0, 0, 400, 200], target: [0, 0, 28, 28] });
  });

  it('leaves at least one pixel of a very long image', () => {
    const { target } = placeImage({ width: 9000, height: 1 }, shape, 'contain');
    expect(target.slice(2)).toEqual([28, 1]);
    expect(placeImage({ width: 9000, height: 1 }, shape, 'cover').source.slice(2)).toEqual([1, 1]);
  });
});

describe('toChannels', () => {
  const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 10, 200, 30, 255);

  it('weighs colours as luma for grey, and keeps them for colour', () => {
    expect([...toChannels(rgba, 1, false)]).toEqual([76, 124]);
    expect([...toChannels(rgba, 3, false)]).toEqual([255, 0, 0, 10, 200, 30]);
  });

  it('inverts', () => {
    expect([...toChannels(rgba, 3, true)]).toEqual([0, 255, 255, 245, 55, 225]);
    expect([...toChannels(rgba, 1, true)]).toEqual([179, 131]);
  });
});

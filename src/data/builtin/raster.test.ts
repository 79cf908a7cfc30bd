import { describe, expect, it } from 'vitest';
import { outlines, shapeNames } from './outlines.ts';
import { createCanvas, fillPolygon } from './raster.ts';

/** Sum of one channel, as an area in pixels where the colour is 1. */
function area(corners: Float64Array, size = 16): number {
  const canvas = createCanvas(size);
  fillPolygon(canvas, corners, [1, 0, 0]);
  return canvas.pixels.reduce((sum, value) => sum + value, 0);
}

/** Area of a polygon by the shoelace formula. */
function shoelace(points: readonly (readonly [number, number])[]): number {
  const twice = points.map(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] ?? [x, y];
    return x * nextY - nextX * y;
  });
  return Math.abs(twice.reduce((sum, value) => sum + value, 0)) / 2;
}

describe('fillPolygon', () => {
  it('covers pixels by the share that lies inside', () => {
    const canvas = createCanvas(4);
    fillPolygon(canvas, Float64Array.of(0.5, 1, 3.25, 1, 3.25, 2.5, 0.5, 2.5), [100, 0, 200]);
    const red = Array.from({ length: 16 }, (_, i) => canvas.pixels[3 * i]);
    expect(red).toEqual([0, 0, 0, 0, 50, 100, 100, 25, 25, 50, 50, 12.5, 0, 0, 0, 0]);
    expect(canvas.pixels[4 * 3 + 2]).toBe(100);
  });

  it('blends over what is there, and clips at the edges', () => {
    const canvas = createCanvas(2);
    canvas.pixels.fill(200);
    fillPolygon(canvas, Float64Array.of(-5, -5, 0.5, -5, 0.5, 9, -5, 9), [0, 0, 0]);
    expect([...canvas.pixels]).toEqual([100, 100, 100, 200, 200, 200, 100, 100, 100, 200, 200, 200]);
    expect(area(Float64Array.of(20, 20, 30, 20, 30, 30))).toBe(0);
  });
});

describe.each(shapeNames)('the outline of a %s', (name) => {
  it('reaches to radius 1, holds its centre, and is filled with its area', () => {
    const outline = outlines[name];
    expect(Math.max(...outline.map(([x, y]) => Math.hypot(x, y)))).toBeCloseTo(1, 6);
    const corners = Float64Array.from(outline.flat(), (value) => 8 + 6 * value);
    // Level edges are exact to a quarter of a pixel.
    expect(area(corners) / (36 * shoelace(outline))).toBeCloseTo(1, 1);
    const canvas = createCanvas(16);
    fillPolygon(canvas, corners, [1, 1, 1]);
    expect(canvas.pixels[3 * (8 * 16 + 8)]).toBeCloseTo(1, 6);
  });
});

/** Anti-aliased drawing of filled polygons into a float canvas: four scan lines per pixel, exact within each line. */

/** A square canvas of red, green, blue, and what drawing on it needs. */
export interface Canvas {
  readonly size: number;
  /** [size, size, 3], 0…255. */
  readonly pixels: Float32Array;
  /** One row of coverage, 0…1. */
  readonly coverage: Float32Array;
}

export type Rgb = readonly [red: number, green: number, blue: number];

const linesPerPixel = 4;

export function createCanvas(size: number): Canvas {
  return { size, pixels: new Float32Array(size * size * 3), coverage: new Float32Array(size) };
}

/**
 * Fills a polygon (even-odd), clipped to the canvas.
 * @param corners x, y of each corner in pixels; (0, 0) is the canvas's top-left corner
 */
export function fillPolygon(canvas: Canvas, corners: Float64Array, colour: Rgb): void {
  const { size, coverage } = canvas;
  let top = size;
  let bottom = 0;
  for (let i = 1; i < corners.length; i += 2) {
    top = Math.min(top, corners[i] ?? 0);
    bottom = Math.max(bottom, corners[i] ?? 0);
  }
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(size, bottom); y++) {
    coverage.fill(0);
    for (let line = 0; line < linesPerPixel; line++) {
      const crossings = crossingsAt(corners, y + (line + 0.5) / linesPerPixel);
      for (let i = 0; i + 1 < crossings.length; i += 2)
        cover(coverage, crossings[i] ?? 0, crossings[i + 1] ?? 0);
    }
    blendRow(canvas, y, colour);
  }
}

/** Where a level line meets the outline, from left to right. */
function crossingsAt(corners: Float64Array, level: number): number[] {
  const crossings: number[] = [];
  let x0 = corners[corners.length - 2] ?? 0;
  let y0 = corners[corners.length - 1] ?? 0;
  for (let i = 0; i < corners.length; i += 2) {
    const x1 = corners[i] ?? 0;
    const y1 = corners[i + 1] ?? 0;
    if (y0 <= level !== y1 <= level) crossings.push(x0 + ((level - y0) / (y1 - y0)) * (x1 - x0));
    x0 = x1;
    y0 = y1;
  }
  return crossings.toSorted((a, b) => a - b);
}

/** Adds one scan line's span to a row of coverage. */
function cover(coverage: Float32Array, from: number, to: number): void {
  const end = Math.min(to, coverage.length);
  for (let x = Math.max(0, Math.floor(from)); x < end; x++) {
    const share = Math.min(x + 1, to) - Math.max(x, from);
    coverage[x] = (coverage[x] ?? 0) + share / linesPerPixel;
  }
}

/** Mixes a colour into one row by its coverage. */
function blendRow({ size, pixels, coverage }: Canvas, y: number, colour: Rgb): void {
  for (let x = 0; x < size; x++) {
    const share = coverage[x] ?? 0;
    if (share === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const i = (y * size + x) * 3 + channel;
      const below = pixels[i] ?? 0;
      pixels[i] = below + share * ((colour[channel] ?? 0) - below);
    }
  }
}

/** One picture of the Shapes set: planned as a list of objects, then drawn. */
import { mix, type Random } from '#lib/random.ts';
import { outlines, shapeNames } from './outlines.ts';
import { type Canvas, fillPolygon, type Rgb } from './raster.ts';

/** The colours of objects; backgrounds are grey, so that every colour seen is an object's. */
export const palette = {
  red: [214, 48, 49],
  orange: [240, 140, 30],
  yellow: [246, 220, 60],
  green: [50, 160, 80],
  blue: [50, 90, 210],
  purple: [140, 60, 180],
} satisfies Record<string, Rgb>;
export const colourNames = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

/** Most by which an object's colour departs from the palette, per channel. */
export const colourJitter = 10;

/** Lengths are shares of the image side; x right, y down from the top-left corner. */
export interface SceneObject {
  /** Index into `shapeNames`. */
  readonly shape: number;
  /** Index into `colourNames`. */
  readonly colour: number;
  readonly rgb: Rgb;
  readonly x: number;
  readonly y: number;
  /** Of the circumscribed circle. */
  readonly radius: number;
  /** Radians, clockwise. */
  readonly angle: number;
}

export interface Scene {
  /** Grey value at the top and at the bottom; linear between. */
  readonly background: readonly [top: number, bottom: number];
  /** The main object first: it is the largest. Drawn in this order; the centre of each stays visible. */
  readonly objects: readonly [SceneObject, ...SceneObject[]];
}

export interface SceneDials {
  /** Pixels per side. */
  readonly size: number;
  /** Most other objects. */
  readonly clutter: number;
  /** 0: objects keep apart; 1: they may cover each other up to the centres. */
  readonly overlap: number;
  /** Most by which an object is turned, in degrees either way. */
  readonly rotation: number;
}

/** Radii of the main object and of the others: the main one is always larger. */
const mainRadius = [0.15, 0.3] as const;
const otherRadius = [0.07, 0.12] as const;

/** Draws the lots of one picture. An object that finds no free place in 20 tries is left out. */
export function planScene(random: Random, dials: SceneDials): Scene {
  const background = [random.uniform(20, 235), random.uniform(20, 235)] as const;
  const objects: [SceneObject, ...SceneObject[]] = [planObject(random, mainRadius, dials.rotation)];
  const others = random.integer(dials.clutter + 1);
  for (let i = 0; i < others; i++) {
    for (let attempt = 0; attempt < 20; attempt++) {
      const candidate = planObject(random, otherRadius, dials.rotation);
      if (objects.some((object) => tooClose(object, candidate, dials))) continue;
      objects.push(candidate);
      break;
    }
  }
  return { background, objects };
}

function planObject(random: Random, [low, high]: readonly [number, number], rotation: number): SceneObject {
  const radius = random.uniform(low, high);
  const colour = random.integer(colourNames.length);
  const jitter = (value: number): number => value + random.uniform(-colourJitter, colourJitter);
  const [red, green, blue] = palette[colourNames[colour] ?? 'red'];
  return {
    shape: random.integer(shapeNames.length),
    colour,
    rgb: [jitter(red), jitter(green), jitter(blue)],
    x: random.uniform(radius, 1 - radius),
    y: random.uniform(radius, 1 - radius),
    radius,
    angle: (random.uniform(-rotation, rotation) * Math.PI) / 180,
  };
}

/** Whether two objects overlap more than the dial allows: never so far that one hides the other's centre pixel. */
function tooClose(a: SceneObject, b: SceneObject, { overlap, size }: SceneDials): boolean {
  const apart = a.radius + b.radius;
  const deepest = Math.max(a.radius, b.radius);
  const least = apart + (deepest - apart) * overlap + 1 / size;
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2 < least * least;
}

/** Draws a scene over the whole canvas. */
export function drawScene(scene: Scene, canvas: Canvas): void {
  const { size, pixels } = canvas;
  const [top, bottom] = scene.background;
  for (let y = 0; y < size; y++)
    pixels.fill(top + ((bottom - top) * (y + 0.5)) / size, y * size * 3, (y + 1) * size * 3);
  for (const object of scene.objects) fillPolygon(canvas, cornersOf(object, size), object.rgb);
}

/** The outline of an object in pixels. */
function cornersOf(object: SceneObject, size: number): Float64Array {
  const outline = outlines[shapeNames[object.shape] ?? 'circle'];
  const scale = object.radius * size;
  const [cos, sin] = [Math.cos(object.angle) * scale, Math.sin(object.angle) * scale];
  const corners = new Float64Array(2 * outline.length);
  for (const [i, [x, y]] of outline.entries()) {
    corners[2 * i] = object.x * size + cos * x - sin * y;
    corners[2 * i + 1] = object.y * size + sin * x + cos * y;
  }
  return corners;
}

/** Standard deviation of the sum of four random bytes. */
const fourBytesDeviation = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * Rounds a canvas to bytes, with noise.
 * @param deviation standard deviation of the noise, of 255; each channel of each pixel gets its own
 * @param key 32-bit word that the noise is a function of
 * @param out [size, size, 3]
 */
export function develop({ pixels }: Canvas, deviation: number, key: number, out: Uint8Array): void {
  const scale = deviation / fourBytesDeviation;
  // Writing to a clamped array rounds and clamps, faster than arithmetic does.
  const bytes = new Uint8ClampedArray(out.buffer, out.byteOffset, pixels.length);
  if (scale === 0) {
    bytes.set(pixels);
    return;
  }
  for (let i = 0; i < pixels.length; i++) {
    // The sum of four bytes is near enough normal, and much cheaper than Box–Muller.
    const bits = mix(key + Math.imul(i, 0x9e3779b9)) | 0;
    const sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >>> 24) - 510;
    bytes[i] = (pixels[i] ?? 0) + scale * sum;
  }
}

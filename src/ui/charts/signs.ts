/** Small signs on lines, that tell curves of one colour apart. */

export type Sign = 'square' | 'triangle' | 'diamond' | 'cross';

const half = 3;

const shapes: Readonly<Record<Sign, string>> = {
  square: `m${-half},${-half}h${2 * half}v${2 * half}h${-2 * half}z`,
  triangle: `m0,${-half - 0.6}l${half + 0.5},${2 * half}h${-2 * half - 1}z`,
  diamond: `m0,${-half - 1}l${half + 1},${half + 1}l${-half - 1},${half + 1}l${-half - 1},${-half - 1}z`,
  cross: `m${-half},${-half}l${2 * half},${2 * half}m0,${-2 * half}l${-2 * half},${2 * half}`,
};

/** SVG path of a sign around a point, in pixels. */
export function signPath(sign: Sign, x: number, y: number): string {
  return `M${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}${shapes[sign]}`;
}

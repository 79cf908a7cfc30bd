/** The outlines of the Shapes set: polygons around their centre, which lies inside; circumscribed radius 1, y down. */

export const shapeNames = ['circle', 'square', 'triangle', 'star', 'cross', 'heart'] as const;
export type ShapeName = (typeof shapeNames)[number];

type Point = readonly [x: number, y: number];

/** Corners evenly around the centre, first one up; `radii` in turn. */
function around(corners: number, ...radii: readonly number[]): Point[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    const radius = radii[i % radii.length] ?? 1;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
}

/** A square turned so that its sides are level: corners at ±√½. */
const half = Math.SQRT1_2;
const square: Point[] = [
  [-half, -half],
  [half, -half],
  [half, half],
  [-half, half],
];

/** A plus sign whose arms are `long` from the centre and 2 `broad` wide; long² + broad² = 1. */
function cross(broad: number): Point[] {
  const long = Math.sqrt(1 - broad * broad);
  const quarter: Point[] = [
    [broad, -broad],
    [long, -broad],
    [long, broad],
  ];
  const turn = ([x, y]: Point, times: number): Point => (times === 0 ? [x, y] : turn([-y, x], times - 1));
  return [0, 1, 2, 3].flatMap((times) => quarter.map((point) => turn(point, times)));
}

/** The heart curve x = 16 sin³t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t, whose tip is 17 from the centre. */
const heart: Point[] = Array.from({ length: 32 }, (_, i) => {
  const t = (2 * Math.PI * i) / 32;
  const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
  return [(16 * Math.sin(t) ** 3) / 17, -y / 17];
});

export const outlines: Readonly<Record<ShapeName, readonly Point[]>> = {
  circle: around(40, 1),
  square,
  triangle: around(3, 1),
  star: around(10, 1, 0.42),
  cross: cross(0.32),
  heart,
};

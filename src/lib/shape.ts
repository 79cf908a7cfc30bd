/** Shapes of one sample (no batch dimension): [height, width, channels] for feature maps, [features] for vectors. */
export type Shape = readonly number[];
export type MapShape = readonly [height: number, width: number, channels: number];

/** How many numbers a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A shape as people write it: `12×12×20`. */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

/** Whether a shape is a feature map [height, width, channels] rather than a vector. */
export function isMap(shape: Shape): shape is MapShape {
  return shape.length === 3;
}

/** Draws the lines of charts in a worker of its own: filling in the pixels of hundreds of lines takes up to a second. */

/** A line in pixels of the page, x and y in turn; NaN where it is interrupted. */
export interface DrawnLine {
  /** CSS colour that is one: no variable. */
  readonly colour: string;
  readonly dashed: boolean;
  readonly main: Float32Array<ArrayBuffer>;
  /** The measured line behind a smoothed one, faint. */
  readonly raw: Float32Array<ArrayBuffer> | null;
  /** SVG paths: the region around it, and the signs on it. */
  readonly area: string;
  readonly signs: string;
}

export interface PictureRequest {
  readonly id: number;
  /** In pixels of the page, as are the lines. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen per pixel of the page. */
  readonly ratio: number;
  /** What the lines keep within: left, top, width, height. */
  readonly clip: readonly [number, number, number, number];
  readonly lines: readonly DrawnLine[];
}

export interface PictureReply {
  readonly id: number;
  readonly picture: ImageBitmap;
}

/** A dot is a line of no length with round ends. */
function pathOf(points: Float32Array): Path2D {
  const path = new Path2D();
  let run = 0;
  for (let i = 0; i < points.length; i += 2) {
    const [x = 0, y = Number.NaN] = [points[i], points[i + 1]];
    if (Number.isNaN(y)) {
      run = 0;
      continue;
    }
    if (run === 0) path.moveTo(x, y);
    if (run > 0 || Number.isNaN(points[i + 3] ?? Number.NaN)) path.lineTo(x, y);
    run++;
  }
  return path;
}

function draw(context: OffscreenCanvasRenderingContext2D, line: DrawnLine): void {
  context.strokeStyle = context.fillStyle = line.colour;
  context.globalAlpha = 0.16;
  if (line.area) {
    const area = new Path2D(line.area);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    context.fill(area);
  }
  context.globalAlpha = 0.24;
  context.lineWidth = 1;
  if (line.raw) context.stroke(pathOf(line.raw));
  context.globalAlpha = 1;
  context.lineWidth = 1.25;
  context.setLineDash(line.dashed ? [4, 3.5] : []);
  context.stroke(pathOf(line.main));
  context.setLineDash([]);
  context.lineWidth = 1;
  if (line.signs) context.stroke(new Path2D(line.signs));
}

function pictureOf({ width, height, ratio, clip, lines }: PictureRequest): ImageBitmap {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * ratio)),
    Math.max(1, Math.round(height * ratio)),
  );
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  context?.beginPath();
  context?.rect(...clip);
  context?.clip();
  if (context) {
    context.lineJoin = 'round';
    context.lineCap = 'round';
    for (const line of lines) draw(context, line);
  }
  return canvas.transferToImageBitmap();
}

self.addEventListener('message', ({ data }: MessageEvent<PictureRequest>) => {
  const picture = pictureOf(data);
  self.postMessage({ id: data.id, picture } satisfies PictureReply, { transfer: [picture] });
});

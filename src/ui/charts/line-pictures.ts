/** The page's side of the worker that draws lines; it lives as long as some chart draws with it. */
import type { DrawnLine, PictureReply, PictureRequest } from './entry-lines.ts';

type Show = (picture: ImageBitmap) => void;

let worker: Worker | undefined;
let users = 0;
let nextId = 0;
const waiting = new Map<number, Show>();

function start(): Worker {
  const started = new Worker(new URL('./entry-lines.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data: { id, picture } }: MessageEvent<PictureReply>) => {
    const show = waiting.get(id);
    waiting.delete(id);
    if (show) show(picture);
    else picture.close();
  });
  return started;
}

/** Keeps the worker for a chart; call what it gives once the chart is gone. */
export function keepWorker(): () => void {
  users++;
  return () => {
    if (--users > 0) return;
    worker?.terminate();
    worker = undefined;
    waiting.clear();
  };
}

/**
 * Has lines drawn, which are handed over; shows the picture when it is there.
 * @returns a function after which it is not shown any more
 */
export function drawLines(request: Omit<PictureRequest, 'id'>, show: Show): () => void {
  worker ??= start();
  const id = nextId++;
  waiting.set(id, show);
  const transfer = request.lines.flatMap(({ main, raw }: DrawnLine) =>
    raw ? [main.buffer, raw.buffer] : [main.buffer],
  );
  worker.postMessage({ ...request, id } satisfies PictureRequest, transfer);
  return () => void waiting.delete(id);
}

/** Drawing little by little: what has changed is drawn in animation frames, a few milliseconds of it in each. */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Drawing goes on in the next frame once this many milliseconds are over. */
const budget = 8;

/** Something to be drawn. `draw` goes on where it stopped; true: there is nothing left of it. */
interface Drawing {
  draw(isOver: () => boolean): boolean;
}

const waiting = new Set<Drawing>();
let frame = 0;

function drawSome(): void {
  frame = 0;
  const end = performance.now() + budget;
  const isOver = () => performance.now() > end;
  for (const drawing of waiting) {
    if (drawing.draw(isOver)) waiting.delete(drawing);
    if (isOver()) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(drawSome);
}

function drawSoon(drawing: Drawing): void {
  waiting.add(drawing);
  frame ||= requestAnimationFrame(drawSome);
}

/** Does something little by little, a few milliseconds in each frame, with all else that is drawn. */
export function doGradually(work: Iterator<unknown>): () => void {
  const drawing: Drawing = {
    draw(isOver) {
      do if (work.next().done) return true;
      while (!isOver());
      return false;
    },
  };
  drawSoon(drawing);
  return () => void waiting.delete(drawing);
}

/**
 * What `read` gives, read anew in one of the next frames when it is another function or when `subscribe` calls back.
 * Null before the first.
 */
export function useFramed<Value>(
  read: () => Value,
  subscribe: (changed: () => void) => () => void,
): Value | null {
  const [value, setValue] = useState<Value | null>(null);
  useEffect(() => {
    const drawing: Drawing = {
      draw() {
        waiting.delete(drawing); // what it tells may ask for it anew
        flushSync(() => setValue(() => read()));
        return !waiting.has(drawing);
      },
    };
    drawSoon(drawing);
    const stop = subscribe(() => drawSoon(drawing));
    return () => {
      stop();
      waiting.delete(drawing);
    };
  }, [read, subscribe]);
  return value;
}

/** Something that is drawn in pieces, and once more where it was asked for meanwhile. */
class GradualDrawing<Value> implements Drawing {
  readonly #read: () => Generator<unknown, Value>;
  readonly #show: (value: Value) => void;
  #work: Generator<unknown, Value> | null = null;
  #isStale = false;

  constructor(read: () => Generator<unknown, Value>, show: (value: Value) => void) {
    this.#read = read;
    this.#show = show;
  }

  ask(): void {
    this.#isStale = this.#work !== null;
    drawSoon(this);
  }

  draw(isOver: () => boolean): boolean {
    this.#work ??= this.#read();
    let step = this.#work.next();
    while (!step.done && !isOver()) step = this.#work.next();
    if (!step.done) return false;
    this.#work = null;
    this.#show(step.value);
    const again = this.#isStale;
    this.#isStale = false;
    return !again;
  }
}

/**
 * The same for what takes longer than a frame has: `read` yields wherever it may be interrupted, and returns the value.
 * While it is on its way the value before stays; what changes meanwhile has it read once more afterwards.
 */
export function useGradually<Value>(
  read: () => Generator<unknown, Value>,
  subscribe: (changed: () => void) => () => void,
): Value | null {
  const [value, setValue] = useState<Value | null>(null);
  useEffect(() => {
    const drawing = new GradualDrawing(read, (next) => flushSync(() => setValue(() => next)));
    drawing.ask();
    const stop = subscribe(() => drawing.ask());
    return () => {
      stop();
      waiting.delete(drawing);
    };
  }, [read, subscribe]);
  return value;
}

/** A listener that is called at once, then at most every `milliseconds`, and once more after the last call. */
export function throttled(listener: () => void, milliseconds: number): { call(): void; cancel(): void } {
  let last = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = () => {
    timer = undefined;
    last = performance.now();
    listener();
  };
  return {
    call() {
      timer ??= setTimeout(fire, Math.max(0, last + milliseconds - performance.now()));
    },
    cancel: () => clearTimeout(timer),
  };
}

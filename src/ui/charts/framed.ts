/** Drawing little by little: what has changed is drawn in animation frames, a few milliseconds of it in each. */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Drawing goes on in the next frame once this many milliseconds are over. */
const budget = 8;
const waiting = new Set<() => void>();
let frame = 0;

function drawSome(): void {
  frame = 0;
  const start = performance.now();
  for (const draw of waiting) {
    waiting.delete(draw);
    flushSync(draw);
    if (performance.now() - start > budget) break;
  }
  if (waiting.size > 0) frame = requestAnimationFrame(drawSome);
}

function drawSoon(draw: () => void): void {
  waiting.add(draw);
  frame ||= requestAnimationFrame(drawSome);
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
    const draw = () => setValue(() => read());
    drawSoon(draw);
    const stop = subscribe(() => drawSoon(draw));
    return () => {
      stop();
      waiting.delete(draw);
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

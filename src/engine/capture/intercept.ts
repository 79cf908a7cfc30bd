/** Puts a function in the place of a method of one object, for a while. */

/** Returns how to take it away again. `wrap` gets the method bound to its object. */
export function intercept<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  wrap: (original: Target[Name]) => Target[Name],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const original = target[name];
  if (typeof original !== 'function') throw new Error(`intercept: ${String(name)} is no method`);
  const bound = original.bind(target) as Target[Name];
  Object.defineProperty(target, name, { value: wrap(bound), configurable: true, writable: true });
  return () => {
    Reflect.deleteProperty(target, name);
    if (own) Object.defineProperty(target, name, own);
  };
}

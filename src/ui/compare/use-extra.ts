/** What a tab keeps in the address under a name of its own. */
import { useCallback } from 'react';
import { setExtra, useCompare } from '#stores/compare.ts';

/**
 * A value in the address, null where it says none, and a way to change it.
 * @param name [a-z]
 */
export function useExtra(name: string): [value: string | null, set: (value: string | null) => void] {
  const value = useCompare(({ extras }) => extras[name] ?? null);
  return [value, useCallback((next) => setExtra(name, next), [name])];
}

/** One of a few values that the address may say; the first is meant where it says none of them. */
export function useChoice<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): [value: Value, set: (value: Value) => void] {
  const [text, set] = useExtra(name);
  const value = values.find((each) => each === text) ?? values[0];
  return [value, (next) => set(next === values[0] ? null : next)];
}

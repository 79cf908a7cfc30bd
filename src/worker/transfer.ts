/** Finds what a message can hand over instead of copying. */

/** Buffers of all typed arrays in a plain value, each once. The sender must not use them afterwards. */
export function transferablesOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (each: unknown) => {
    if (ArrayBuffer.isView(each)) {
      if (each.buffer instanceof ArrayBuffer) found.add(each.buffer);
    } else if (typeof each === 'object' && each !== null) {
      for (const child of Object.values(each)) visit(child);
    }
  };
  visit(value);
  return [...found];
}

/** Where the bytes of shipped files come from: the page fetches them, the command line reads the folder `public/`. */

/** Reads a file by its path relative to `public/`, e.g. `datasets/mnist/mnist.bin`. */
export type ByteSource = (path: string) => Promise<ArrayBuffer>;

/**
 * A source that fetches below `base`, the absolute URL of the page's folder (ending in a slash).
 * @throws Error naming path and HTTP status
 */
export function fetchBytes(base: string): ByteSource {
  return async (path) => {
    const response = await fetch(new URL(path, base));
    if (!response.ok)
      throw new Error(`${path}: the server answered ${response.status} ${response.statusText}`.trim());
    return response.arrayBuffer();
  };
}

/** Keeps what the tuner found in a file of the user's cache folder. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { mostAdapters, winnersVersion, type TuningStore, type Winner } from '#engine/tuning/winners.ts';

/** Eight adapters of two thousand entries of half a kilobyte; a larger file is not ours. */
const mostBytes = 16 * 2 ** 20;

/** Winners by adapter, the latest last. Each one is looked at where it is used. */
const fileSchema = z.object({
  version: z.literal(winnersVersion),
  adapters: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Adapters = z.infer<typeof fileSchema>['adapters'];

/** The folder for what can be made again: where the system's conventions have it. */
export function cacheFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (xdg) return path.join(xdg, 'trunkline');
  if (platform === 'darwin') return path.join(homedir(), 'Library/Caches/trunkline');
  if (platform === 'win32' && local) return path.join(local, 'trunkline', 'Cache');
  return path.join(homedir(), '.cache/trunkline');
}

/** A file `tuning.json` in a folder, which is made when there is something to keep. */
export class FileTuningStore implements TuningStore {
  readonly #file: string;

  constructor(folder = cacheFolder(process.env, process.platform)) {
    this.#file = path.join(folder, 'tuning.json');
  }

  async load(adapter: string): Promise<Record<string, unknown>> {
    return (await this.#read())[adapter] ?? {};
  }

  async save(adapter: string, winners: Readonly<Record<string, Winner>>): Promise<void> {
    const { [adapter]: _before, ...others } = await this.#read();
    const adapters = Object.fromEntries([
      ...Object.entries(others).slice(1 - mostAdapters),
      [adapter, winners],
    ]);
    await mkdir(path.dirname(this.#file), { recursive: true });
    // Another run may read at any time: the file is there whole or not at all.
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, JSON.stringify({ version: winnersVersion, adapters }));
    await rename(draft, this.#file);
  }

  async clear(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /** What the file holds; nothing where it is missing, of another version, or not ours. */
  async #read(): Promise<Adapters> {
    try {
      const bytes = await readFile(this.#file);
      if (bytes.length > mostBytes) return {};
      return fileSchema.parse(JSON.parse(bytes.toString('utf8'))).adapters;
    } catch {
      return {};
    }
  }
}

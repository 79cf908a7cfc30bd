/** What a built-in data set is, and the helper that defines one. */
import type { z } from 'zod';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import type { ByteSource } from '../byte-source.ts';
import type { WholeDataset } from '../dataset.ts';
import { type OnProgress, Pace } from '../pace.ts';

export const builtinIds = [
  'multi-fashion',
  'multi-mnist',
  'multi-fashion-mnist',
  'shapes',
  'fashion-mnist',
] as const;
export type BuiltinId = (typeof builtinIds)[number];

export interface BuiltinDataset {
  readonly id: BuiltinId;
  readonly name: string;
  /** The settings' schema: flat, every field with a default, `title` and `description` in its metadata. */
  readonly settings: z.ZodObject;
  /**
   * Everything but the pixels, at once.
   * @param settings parsed here; `{}` gives the defaults
   * @throws ZodError where they are invalid
   */
  info(settings: unknown): DatasetInfo;
  /**
   * Loads or draws the images. Same settings and seed: same bytes.
   * @param settings as for `info`
   * @param signal rejects with its reason once aborted
   * @throws Error naming the file and the remedy where a shipped file is missing or damaged
   */
  build(
    settings: unknown,
    seed: number,
    source: ByteSource,
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<WholeDataset>;
}

/** What `build` of a definition gets beside its settings. */
export interface BuildContext {
  readonly info: DatasetInfo;
  readonly seed: number;
  readonly source: ByteSource;
  /** To be ticked once per image of the result. */
  readonly pace: Pace;
}

interface Definition<Schema extends z.ZodObject> {
  readonly id: BuiltinId;
  readonly name: string;
  readonly settings: Schema;
  info(settings: z.output<Schema>): Omit<DatasetInfo, 'id' | 'name'>;
  build(settings: z.output<Schema>, context: BuildContext): Promise<WholeDataset>;
}

/** Puts the parsing of settings before a typed definition. */
export function defineBuiltin<Schema extends z.ZodObject>(definition: Definition<Schema>): BuiltinDataset {
  const { id, name, settings: schema } = definition;
  const describe = (settings: z.output<Schema>): DatasetInfo => ({ id, name, ...definition.info(settings) });
  return {
    id,
    name,
    settings: schema,
    info: (settings) => describe(schema.parse(settings)),
    async build(settings, seed, source, onProgress, signal) {
      const parsed = schema.parse(settings);
      const info = describe(parsed);
      const { train, validation, test } = info.counts;
      const pace = new Pace(train + validation + test, onProgress, signal);
      return definition.build(parsed, { info, seed, source, pace });
    },
  };
}

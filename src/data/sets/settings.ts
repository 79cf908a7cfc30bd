/** Settings of a data set of the reader's, as an experiment has them in `data.settings`. */
import { z } from 'zod';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import type { Revision, SetManifest } from './manifest.ts';

export const samplings = ['proportional', 'equal', 'temperature'] as const;

export interface SetSettings {
  /** Of the labels. */
  readonly revision: number;
  /** How often each of the sets of a union is drawn from. */
  readonly sampling: (typeof samplings)[number];
  readonly temperature: number;
  /** Id of the column whose classes are drawn equally often; '' for none. */
  readonly balance: string;
  /** Share of the training labels that are hidden. */
  readonly hide: number;
  /** Id of the column whose labels are hidden; '' for all. */
  readonly hideColumn: string;
}

const choices = ([first, ...others]: readonly [string, ...string[]]) =>
  z.enum([first, ...others]).default(first);

const unionFields = {
  sampling: z.enum(samplings).default('proportional').meta({
    title: 'Sampling',
    description:
      'How often training draws from each of the sets: as often as it has images, all equally often, or in between.',
  }),
  temperature: z.number().min(1).max(100).default(2).meta({
    title: 'Temperature',
    description: 'With temperature sampling: at 1 as often as there are images, the higher the more equally.',
  }),
};

/** The schema of a set's settings: flat, every field with a default but `revision`, which is the latest where it is left out. */
export function settingsSchema({ revisions, origins }: SetManifest): z.ZodObject {
  const columns = new Map(revisions.flatMap((each) => each.columns).map((column) => [column.id, column]));
  const ids = [...columns.keys()];
  const classIds = ids.filter((id) => columns.get(id)?.kind === 'class');
  return z.strictObject({
    revision: z.int().min(1).max(latest({ revisions }).number).optional().meta({
      title: 'Labels of revision',
      description: 'Every change of labels is a revision of its own; left out: the latest.',
    }),
    ...(origins.length > 1 ? unionFields : {}),
    balance: choices(['', ...classIds]).meta({
      title: 'Balance by',
      description:
        'Draws the classes of this column equally often in training; rarer images come more often.',
    }),
    hide: z.number().min(0).max(0.95).default(0).meta({
      title: 'Hide labels (share)',
      description: 'Hides so many of the training labels at random, to study missing supervision.',
    }),
    hideColumn: choices(['', ...ids]).meta({
      title: 'Hide labels of',
      description: 'Only those of this column; empty: of all.',
    }),
  });
}

/** @throws ZodError where they are invalid */
export function parseSettings(manifest: SetManifest, settings: unknown): SetSettings {
  const parsed = settingsSchema(manifest).parse(settings);
  const defaults = { revision: latest(manifest).number, sampling: 'proportional', temperature: 2 } as const;
  return { ...defaults, ...parsed } as SetSettings;
}

function latest({ revisions }: Pick<SetManifest, 'revisions'>): Revision {
  const last = revisions.at(-1);
  if (!last) throw new Error('A data set has at least one revision of its labels.');
  return last;
}

/** What the set is with these settings. */
export function infoOf(manifest: SetManifest, { revision }: Pick<SetSettings, 'revision'>): DatasetInfo {
  const { id, name, image, source, samples, origins, revisions } = manifest;
  const { columns, counts } = revisions.find(({ number }) => number === revision) ?? latest(manifest);
  const union = origins.length > 1 ? `, a union of ${origins.join(', ')}` : '';
  return {
    id,
    name,
    description: `${samples} images of your own${union}, kept in this browser.`,
    licence: 'as where they came from',
    source,
    image,
    columns,
    counts,
  };
}

/** Some samples of an import as they would be, spread over the classes. */
import { splitNames, type SplitName } from '#experiment/dataset-info.ts';
import type { DecodedBatch, Decoder } from '../decoding/decoder.ts';
import type { RawSample } from '../importers/importer.ts';
import { spread } from './image-plan.ts';
import type { ImportChoices, Preview } from './import-view.ts';
import { partsOf, textsOf } from './parts.ts';
import type { SheetColumn } from './sheet-columns.ts';

const shown = 12;

/** Places of samples, from one class after the other; evenly spread within each. */
function places(samples: number, columns: readonly SheetColumn[]): number[] {
  const all = Array.from({ length: samples }, (_, place) => place);
  const column =
    columns.find(({ plan }) => plan.kind === 'class') ?? columns.find(({ plan }) => plan.kind === 'labels');
  if (!column) return spread(all, shown);
  const byClass = new Map<string, number[]>();
  for (const [place, text] of textsOf(column).entries()) {
    const members = byClass.get(text ?? '');
    if (members) members.push(place);
    else byClass.set(text ?? '', [place]);
  }
  const each = Math.ceil(shown / byClass.size);
  const some = spread([...byClass.values()], shown).map((members) => spread(members, each));
  // The first of every class before the second of any.
  const inTurn = Array.from({ length: each }, (_, turn) => some.map((members) => members[turn]));
  return inTurn
    .flat()
    .filter((place) => place !== undefined)
    .slice(0, shown);
}

/** Rejects with ImportError where the parts cannot be made, and with the signal's reason. */
export async function previewOf(
  choices: ImportChoices,
  samples: readonly RawSample[],
  columns: readonly SheetColumn[],
  decoder: Decoder,
  signal: AbortSignal,
): Promise<Preview> {
  const wanted = places(samples.length, columns);
  const said = samples.map(({ split }) => split);
  const parts = partsOf(
    choices,
    said,
    columns,
    Uint32Array.from(samples, (_, i) => i),
    null,
  );
  const batches: DecodedBatch[] = [];
  await decoder.decode(
    wanted.flatMap((place) => samples[place]?.image ?? []),
    {
      plan: choices.image,
      from: 0,
      signal,
      onBatch: (batch) => {
        batches.push(batch);
        return Promise.resolve();
      },
    },
  );
  const failed = new Set(batches.flatMap((batch) => batch.failed.map(({ place }) => place)));
  const readable = wanted.filter((_, i) => !failed.has(i));
  const length = batches.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const pixels = new Uint8Array(length);
  let at = 0;
  for (const batch of batches) {
    pixels.set(batch.pixels, at);
    at += batch.pixels.length;
  }
  const counts = (name: SplitName) => parts.filter((part) => splitNames[part] === name).length;
  const labels = columns
    .filter(({ plan }) => plan.kind !== 'ignore')
    .map((column) => {
      const texts = textsOf(column);
      return [column.column.key, readable.map((place) => texts[place] ?? '')] as const;
    });
  return {
    names: readable.map((place) => samples[place]?.name ?? ''),
    pixels,
    parts: readable.map((place) => splitNames[parts[place] ?? 0] ?? null),
    labels: Object.fromEntries(labels),
    counts: { train: counts('train'), validation: counts('validation'), test: counts('test') },
  };
}

/**
 * CelebA's own text tables (Liu et al. 2015): attributes of ±1, of which −1 is "no"; parts 0, 1, 2; landmarks; boxes; identities. Columns
 * are separated by blanks, and a line with the count comes first.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import { Gathered } from './gathered.ts';
import type { Cell, Importer } from './importer.ts';
import type { SourceFile } from './source-file.ts';
import { readText } from './text.ts';

const parts: readonly SplitName[] = ['train', 'validation', 'test'];
const kinds = {
  attributes: /^list_attr_.*\.txt$/i,
  partition: /^list_eval_partition.*\.txt$/i,
  landmarks: /^list_landmarks_.*\.txt$/i,
  boxes: /^list_bbox_.*\.txt$/i,
  identity: /^identity_.*\.txt$/i,
} as const;

interface Lines {
  /** Names of the columns; empty where the file has none. */
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly number: number;
    readonly name: string;
    readonly values: readonly string[];
  }[];
}

/** Lines of fields; a line with a count and one with the names of the columns may come first. */
async function linesOf(file: SourceFile): Promise<Lines> {
  const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim().split(/\s+/));
  const first = lines[0] ?? [];
  const hasCount = first.length === 1 && /^\d+$/.test(first[0] ?? '');
  const from = hasCount ? 2 : 0;
  const rows = lines
    .slice(from)
    .flatMap(([name = '', ...values], i) => (name === '' ? [] : [{ number: i + 1, name, values }]));
  return { columns: hasCount ? (lines[1] ?? []) : [], rows };
}

function addAttributes(gathered: Gathered, file: string, { columns, rows }: Lines): void {
  for (const column of columns) gathered.declare(column, { kind: 'class', names: ['no', 'yes'] });
  for (const { number, name, values } of rows) {
    if (values.length !== columns.length)
      gathered.skip(file, number, `has ${values.length} values, not ${columns.length}`);
    else {
      const said = values.map((value): Cell =>
        value === '1' ? 'yes' : value === '-1' || value === '0' ? 'no' : null,
      );
      gathered.add(
        file,
        number,
        name,
        columns.map((column, c) => [column, said[c] ?? null]),
      );
    }
  }
}

function addNumbers(name: string, gathered: Gathered, file: string, { columns: said, rows }: Lines): void {
  const columns = said.filter((column) => column !== 'image_id'); // which the boxes name, and the landmarks do not
  gathered.declare(name, { kind: 'number', names: columns });
  for (const { number, name: picture, values } of rows) {
    const numbers = values.map(Number);
    if (numbers.length !== columns.length || !numbers.every(Number.isFinite))
      gathered.skip(file, number, `has not ${columns.length} numbers`);
    else gathered.add(file, number, picture, [[name, numbers]]);
  }
}

function addPartition(gathered: Gathered, file: string, { rows }: Lines): void {
  for (const { number, name, values } of rows) {
    const part = parts[Number(values[0])];
    if (part) gathered.add(file, number, name, [], part);
    else gathered.skip(file, number, `says “${values.join(' ')}”, which is no part: 0, 1 and 2 are`);
  }
}

function addIdentities(gathered: Gathered, file: string, { rows }: Lines): void {
  for (const { number, name, values } of rows)
    gathered.add(file, number, name, [['identity', values[0] ?? null]]);
}

type AddInput = [gathered: Gathered, file: string, lines: Lines];

const adders = [
  [kinds.attributes, addAttributes],
  [kinds.landmarks, (...input: AddInput) => addNumbers('landmarks', ...input)],
  [kinds.boxes, (...input: AddInput) => addNumbers('box', ...input)],
  [kinds.identity, addIdentities],
  [kinds.partition, addPartition],
] as const;

export const celeba: Importer = {
  id: 'celeba',
  name: 'CelebA text tables',
  example: 'list_attr_celeba.txt, list_eval_partition.txt and img_align_celeba/000001.jpg',
  recognise: (listing) =>
    Promise.resolve(
      listing.named(kinds.attributes).length + listing.named(kinds.landmarks).length > 0 ? 0.95 : 0,
    ),
  async read(listing, { progress, signal }) {
    const gathered = new Gathered(listing);
    for (const [i, [pattern, add]] of adders.entries()) {
      for (const file of listing.named(pattern)) {
        signal.throwIfAborted();
        await progress(i, adders.length);
        await gathered.attempt(file, async () => {
          const lines = await linesOf(file);
          gathered.done(file.path);
          add(gathered, file.path, lines);
        });
      }
    }
    return gathered.table();
  },
};

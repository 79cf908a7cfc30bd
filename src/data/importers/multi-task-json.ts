/**
 * Multi-task annotations of mmpretrain (MultiTaskDataset): tasks by name, and per picture the labels of those tasks that it has.
 */
import { z } from 'zod';
import { Gathered } from './gathered.ts';
import type { Cell, Importer } from './importer.ts';
import { readJson } from './json-file.ts';
import { extensionOf, type SourceFile } from './source-file.ts';
import { partInName } from './split-folders.ts';
import { readHead } from './text.ts';

const label = z.union([z.number(), z.string(), z.array(z.number()), z.array(z.string()), z.null()]);
/** Tasks by name alone, as the documentation has them, or with their classes, as its tests have. */
const task = z.union([
  z.string(),
  z.object({ name: z.string(), categories: z.array(z.string()).optional(), type: z.string().optional() }),
]);
const schema = z.object({
  metainfo: z.object({ tasks: z.array(task) }).loose(),
  data_list: z.array(z.object({ img_path: z.string(), gt_label: z.record(z.string(), label) }).loose()),
});

const isJson = ({ path }: SourceFile) => extensionOf(path) === 'json';

type Label = z.infer<typeof label> | undefined;

interface Task {
  readonly name: string;
  readonly classes: readonly string[] | null;
  /** Whether a list has a 0 or 1 for each class, rather than the classes that there are. */
  readonly isOneHot: boolean;
}

/** Whether all lists of a task are as long as each other, and say nothing but 0 and 1. */
function areOneHot(values: readonly Label[], classes: readonly string[] | null): boolean {
  const lists = values.filter((value) => Array.isArray(value));
  const length = classes?.length ?? lists[0]?.length ?? 0;
  return (
    length > 1 &&
    lists.every((list) => list.length === length && list.every((each) => each === 0 || each === 1))
  );
}

function tasksOf({ metainfo, data_list: list }: z.infer<typeof schema>): Task[] {
  return metainfo.tasks.map((said) => {
    const { name, categories = null } = typeof said === 'string' ? { name: said } : said;
    const values = list.map(({ gt_label: labels }) => labels[name]);
    return { name, classes: categories, isOneHot: areOneHot(values, categories) };
  });
}

/** A single class as a text, as other tables have it; several as a list of texts. */
function cellOf(value: Label, { classes, isOneHot }: Task): Cell {
  if (value === null || value === undefined) return null;
  const nameOf = (each: number | string) =>
    (typeof each === 'number' ? classes?.[each] : undefined) ?? `${each}`;
  if (!Array.isArray(value)) return nameOf(value);
  if (isOneHot)
    return Array.from<number | string>(value).flatMap((each, place) =>
      Number(each) === 1 ? [nameOf(place)] : [],
    );
  return value.every((each) => typeof each === 'number' && !Number.isInteger(each))
    ? value.map(Number)
    : Array.from<number | string>(value).map(nameOf);
}

/** Tells the classes of a task, where they are known: by name, or by their places in lists of 0 and 1. */
function declare(
  gathered: Gathered,
  { name, classes, isOneHot }: Task,
  list: z.infer<typeof schema>['data_list'],
): void {
  const values = list.map(({ gt_label: labels }) => labels[name] ?? null).filter((value) => value !== null);
  const [first] = values.filter((value) => Array.isArray(value));
  if (!first) {
    if (classes) gathered.declare(name, { kind: 'class', names: classes });
    return;
  }
  const places = isOneHot ? Array.from(first.keys(), String) : null;
  const names = classes ?? places;
  if (names && values.every((value) => Array.isArray(value)))
    gathered.declare(name, { kind: 'labels', names });
}

async function isMultiTask(file: SourceFile): Promise<boolean> {
  return /"(data_list|metainfo)"/.test(await readHead(file));
}

export const multiTaskJson: Importer = {
  id: 'multi-task-json',
  name: 'Multi-task JSON (mmpretrain)',
  example:
    '{"metainfo": {"tasks": ["colour"]}, "data_list": [{"img_path": "1.jpg", "gt_label": {"colour": 0}}]}',
  async recognise(listing) {
    for (const file of listing.files.filter(isJson)) if (await isMultiTask(file)) return 0.93;
    return 0;
  },
  async read(listing, { progress, signal }) {
    const gathered = new Gathered(listing);
    const files = listing.files.filter(isJson);
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      await progress(i, files.length);
      if (!(await isMultiTask(file))) continue;
      await gathered.attempt(file, async () => {
        const content = await readJson(file, schema);
        const tasks = tasksOf(content);
        gathered.done(file.path);
        for (const each of tasks) declare(gathered, each, content.data_list);
        const part = partInName(file.path);
        for (const [r, { img_path: name, gt_label: labels }] of content.data_list.entries()) {
          const foreign = Object.keys(labels).find((key) => !tasks.some((each) => each.name === key));
          const fields = tasks.map((each) => [each.name, cellOf(labels[each.name], each)] as const);
          if (foreign === undefined) gathered.add(file.path, r + 1, name, fields, part);
          else gathered.skip(file.path, r + 1, `has a label of “${foreign}”, which is no task of the file`);
        }
      });
    }
    return gathered.table();
  },
};

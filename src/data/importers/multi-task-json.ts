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
const schema = z.object({
  metainfo: z.object({ tasks: z.array(z.string()) }).loose(),
  data_list: z.array(z.object({ img_path: z.string(), gt_label: z.record(z.string(), label) }).loose()),
});

const isJson = ({ path }: SourceFile) => extensionOf(path) === 'json';

/** A single class as a text, as other tables have it; several stay a list of texts. */
function cellOf(value: z.infer<typeof label> | undefined): Cell {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) return String(value);
  return value.every((each) => typeof each === 'number' && !Number.isInteger(each))
    ? value.map(Number)
    : value.map(String);
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
        const { metainfo, data_list: list } = await readJson(file, schema);
        gathered.done(file.path);
        const part = partInName(file.path);
        for (const [r, { img_path: name, gt_label: labels }] of list.entries()) {
          const foreign = Object.keys(labels).find((task) => !metainfo.tasks.includes(task));
          const fields = metainfo.tasks.map((task) => [task, cellOf(labels[task])] as const);
          if (foreign === undefined) gathered.add(file.path, r + 1, name, fields, part);
          else gathered.skip(file.path, r + 1, `has a label of “${foreign}”, which is no task of the file`);
        }
      });
    }
    return gathered.table();
  },
};

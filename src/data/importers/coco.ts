/** COCO annotations: the categories that occur in a picture become its labels; boxes and masks are not used. */
import { z } from 'zod';
import { Gathered } from './gathered.ts';
import type { Importer } from './importer.ts';
import { readJson } from './json-file.ts';
import { extensionOf, type SourceFile } from './source-file.ts';
import { readHead } from './text.ts';
import { partInName } from './split-folders.ts';

const id = z.union([z.number(), z.string()]);
const schema = z.object({
  images: z.array(z.object({ id, file_name: z.string() })),
  annotations: z.array(z.object({ image_id: id, category_id: id })),
  categories: z.array(z.object({ id, name: z.string() })),
});
const column = 'categories';

const isJson = ({ path }: SourceFile) => extensionOf(path) === 'json';

/** Whether a file begins, within what is looked at, with keys of COCO's. */
async function isCoco(file: SourceFile): Promise<boolean> {
  if (/coco.*\.json$|^(.*\/)?instances_.*\.json$/i.test(file.path)) return true;
  const head = await readHead(file);
  return (
    /^\s*\{/.test(head) &&
    /"(annotations|images)"\s*:\s*\[/.test(head) &&
    /"(file_name|image_id|categories)"/.test(head)
  );
}

export const coco: Importer = {
  id: 'coco',
  name: 'COCO annotations',
  example: 'annotations/instances_train.json and train/000001.jpg',
  async recognise(listing) {
    for (const file of listing.files.filter(isJson)) if (await isCoco(file)) return 0.92;
    return 0;
  },
  async read(listing, { progress, signal }) {
    const gathered = new Gathered(listing);
    const files = listing.files.filter(isJson);
    const names = new Set<string>();
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      await progress(i, files.length);
      if (!(await isCoco(file))) continue;
      await gathered.attempt(file, async () => {
        const { images, annotations, categories } = await readJson(file, schema);
        gathered.done(file.path);
        const nameOf = new Map(categories.map((category) => [category.id, category.name]));
        for (const { name } of categories) names.add(name);
        const present = new Map(images.map((image) => [image.id, new Set<string>()]));
        for (const [a, { image_id: image, category_id: category }] of annotations.entries()) {
          const name = nameOf.get(category);
          const labels = present.get(image);
          if (name === undefined)
            gathered.skip(file.path, a + 1, `is an annotation of category ${category}, which is not listed`);
          else if (!labels)
            gathered.skip(file.path, a + 1, `is an annotation of image ${image}, which is not listed`);
          else labels.add(name);
        }
        const part = partInName(file.path);
        for (const [r, image] of images.entries())
          gathered.add(
            file.path,
            r + 1,
            image.file_name,
            [[column, [...(present.get(image.id) ?? [])]]],
            part,
          );
      });
    }
    gathered.declare(column, { kind: 'labels', names: [...names] });
    return gathered.table();
  },
};

/** Whether an import can be as it was chosen. */
import { ImportError } from '../importers/importer.ts';
import { imagePlanSchema } from './plan-file.ts';
import type { ImportChoices } from './import-view.ts';

/** @throws ImportError with what must be chosen otherwise */
export function checkChoices({ name, image, split, newTasks = [] }: ImportChoices): void {
  const { width, height } = image.shape;
  if (!imagePlanSchema.safeParse(image).success)
    throw new ImportError(
      name,
      `images have 16 to 512 pixels a side, not ${width}×${height}, and a background such as #ffffff.`,
    );
  const { validation, test } = split;
  if (!(validation >= 0 && test >= 0 && validation + test < 1))
    throw new ImportError(
      name,
      'the shares of validation and test must be 0 or more and leave a share for training.',
    );
  for (const task of newTasks) {
    const classes = new Set(task.classes.map((each) => each.trim()).filter((each) => each !== ''));
    if (task.name.trim() === '') throw new ImportError(name, 'a new task needs a name.');
    if (classes.size < 2 || classes.size !== task.classes.length)
      throw new ImportError(name, `the new task “${task.name}” needs at least two classes, each once.`);
  }
}

/** Files that an import gives: its choices, and what was left out. */
import type { ImportChoices } from '#data/importing/import-view.ts';
import { importPlanFile, leftOutFile } from '#stores/imports.ts';
import { saveFile } from '../charts/save-file.ts';
import { attempting } from '../shell/notices.ts';

const saving = (file: () => Promise<{ readonly blob: Blob; readonly name: string }>) =>
  void attempting('The file cannot be saved', async () => {
    const { blob, name } = await file();
    saveFile(blob, name);
  });

export const saveLeftOut = (): void => saving(leftOutFile);

export const saveChoices = (choices: ImportChoices): void => saving(() => importPlanFile(choices));

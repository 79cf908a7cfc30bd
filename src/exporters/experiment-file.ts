/** `*.trunkline.json`: the experiment alone. */
import { formatExperiment, parseExperimentText } from '#experiment/parse.ts';
import type { Exporter, FinishedRun } from './exporter.ts';
import { FileError, inFile } from './file-error.ts';

/** A document is a few kB; reading gigabytes of a wrongly named file would hang the page. */
const maximumBytes = 4_000_000;

export const experimentFile: Exporter<Pick<FinishedRun, 'experiment'>> = {
  name: 'Experiment',
  help: 'All settings of the run as JSON: opens on the page and runs with npm run train.',
  endings: ['.trunkline.json', '.json'],
  write: ({ experiment }) =>
    Promise.resolve(new Blob([formatExperiment(experiment)], { type: 'application/json' })),
  async read(file, name) {
    if (file.size > maximumBytes) {
      throw new FileError(name, {
        path: 'document',
        rule: `must have at most ${maximumBytes} bytes`,
        found: `${file.size}`,
        remedy: 'Open a *.trunkline.json file.',
      });
    }
    const text = await file.text();
    return { experiment: inFile(name, () => parseExperimentText(text)) };
  },
};

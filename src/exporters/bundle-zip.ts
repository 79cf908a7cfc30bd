/** The zip with everything: weights, experiment, curves, and a page that says what is what. */
import { formatExperiment } from '#experiment/parse.ts';
import { formatCount } from '#lib/format.ts';
import type { Exporter, FinishedRun, OpenedFile } from './exporter.ts';
import { conflictsCsv } from './conflicts-csv.ts';
import { FileError } from './file-error.ts';
import { metricsCsv } from './metrics-csv.ts';
import { readFromZip } from './unzip.ts';
import { describeChoice, weights, weightsParts } from './weights.ts';
import { writeZip } from './zip.ts';

const weightsName = 'weights.safetensors';

function readme(run: FinishedRun): string {
  const { experiment, info, choice, gramians } = run;
  const { step, tensors } = run.weights;
  const { height, width, channels } = info.image;
  const longest = Math.max(...tensors.map(({ name }) => name.length));
  const listed = tensors.map(({ name, shape }) => `  ${name.padEnd(longest)}  ${shape.join(' × ')}`);
  return `${experiment.name}
Trained with Trunkline on ${info.name}: ${formatCount(step)} steps, ${describeChoice(choice)} weights.

${weightsName}          weights with PyTorch names and layouts; classes, preprocessing and metrics in its metadata
experiment.trunkline.json    all settings: drop it on the page, or npm run train -- experiment.trunkline.json --out DIR
metrics.csv                  one row per training step and evaluation
${gramians.length > 0 ? 'conflicts.csv                one row per measurement of the gradients of the tasks\n' : ''}Dropping this zip or the weights on the page opens the experiment with these weights.

To use the weights in PyTorch (pip install safetensors torch):

  import json, torch
  from safetensors import safe_open
  with safe_open("${weightsName}", "pt") as file:
      state = {name: file.get_tensor(name) for name in file.keys()}
      about = file.metadata()
  tasks = json.loads(about["tasks"])                    # ids, kinds, class names, in the order of the outputs
  see = json.loads(about["preprocessing"])              # input: float [n, ${channels}, ${height}, ${width}]
  images = (pixels * see["scale"] - torch.tensor(see["mean"]).view(-1, 1, 1)) / torch.tensor(see["std"]).view(-1, 1, 1)
  network.load_state_dict(state, strict=True)           # a module with these names:

${listed.join('\n')}

The layers that these names belong to are listed in experiment.trunkline.json: "trunk.0" is the first of "trunk",
"heads.ID.0" the first of that task's head; the last of each head is a linear layer without activation.
`;
}

async function write(run: FinishedRun): Promise<Blob> {
  const text = (content: string) => [new TextEncoder().encode(content)];
  const table = new Uint8Array(await (await metricsCsv(run)).arrayBuffer());
  return writeZip([
    { name: weightsName, parts: weightsParts(run), compress: false },
    {
      name: 'experiment.trunkline.json',
      parts: text(formatExperiment(run.experiment)),
      compress: true,
    },
    { name: 'metrics.csv', parts: [table], compress: true },
    ...(run.gramians.length > 0
      ? [
          {
            name: 'conflicts.csv',
            parts: text(conflictsCsv(run.experiment.tasks, run.gramians)),
            compress: true,
          },
        ]
      : []),
    { name: 'README.txt', parts: text(readme(run)), compress: true },
  ]);
}

async function read(file: Blob, name: string): Promise<OpenedFile> {
  const inside = await readFromZip(file, weightsName, name);
  const opened = inside && (await weights.read?.(inside, `${name}/${weightsName}`));
  if (opened) return opened;
  throw new FileError(name, {
    path: 'archive',
    rule: `must hold ${weightsName}`,
    found: 'none',
    remedy: 'Open a zip that Trunkline has exported.',
  });
}

export const bundle: Exporter = {
  name: 'Everything',
  help: 'A zip with weights, experiment, curves and how to load them in PyTorch.',
  endings: ['.zip'],
  write,
  read,
};

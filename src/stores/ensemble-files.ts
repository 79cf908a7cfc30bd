/** What of an ensemble can be taken away: all predictions on the test part, and the network of averaged weights. */
import { exporters } from '#exporters/index.ts';
import type { EnsemblePredictions } from '#exporters/ensemble-predictions.ts';
import { weightsParts } from '#exporters/weights.ts';
import { combinations } from '#studies/ensemble-results.ts';
import type { Ensemble } from './ensemble-compute.ts';
import type { Download } from './files.ts';

/** What members and combinations are called in files; a run's name as far as it is letters and digits. */
function keyOf(name: string, place: number): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return ['member', place + 1, ...(words ?? [])].join('-').slice(0, 60);
}

function predictionsOf({ members, tasks, samples }: Ensemble): EnsemblePredictions {
  const outputsOf = (of: (task: Ensemble['tasks'][number]) => Float32Array | undefined) =>
    Object.fromEntries(
      tasks.flatMap((each) => {
        const outputs = of(each);
        return outputs ? [[each.task.id, outputs] as const] : [];
      }),
    );
  return {
    samples,
    tasks,
    predictors: [
      ...members.map(({ name }, place) => ({
        key: keyOf(name, place),
        outputs: outputsOf((task) => task.members[task.voters.indexOf(place)]?.outputs),
      })),
      ...combinations.map((id) => ({ key: id, outputs: outputsOf((task) => task.combined[id].outputs) })),
      { key: 'weight-average', outputs: outputsOf((task) => task.soup?.outputs) },
    ].filter(({ outputs }) => Object.keys(outputs).length > 0),
  };
}

/** What all say of every test sample, as a table (`.csv`) or as lines of JSON (`.jsonl`). */
export async function exportPredictions(ensemble: Ensemble, as: 'table' | 'lines'): Promise<Download> {
  const exporter = as === 'table' ? exporters.ensembleTable : exporters.ensembleLines;
  const blob = await exporter.write(predictionsOf(ensemble));
  return { blob, name: `ensemble-predictions${exporter.endings[0]}` };
}

/** The network of averaged weights as `averaged-weights.safetensors`. Rejects where there is none. */
export async function exportSoup({
  members,
  soup,
  soupProblem,
  tasks,
  summary,
}: Ensemble): Promise<Download> {
  const [first] = members;
  if (!soup || !first) throw new Error(soupProblem ?? 'There is nothing to average.');
  const scores = Object.fromEntries(
    tasks.flatMap(({ task, soup: judged }) => (judged ? [[task.id, judged.scores] as const] : [])),
  );
  const losses = Object.values(scores).map(({ loss }) => loss);
  const step = Math.max(...members.map((member) => member.step));
  const test = {
    split: 'test' as const,
    step,
    seconds: 0,
    tasks: scores,
    meanLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
  };
  const parts = weightsParts({
    experiment: first.experiment,
    info: summary.info,
    weights: { step, ...soup },
    choice: { averageOf: members.length },
    validations: [],
    test,
  });
  return { blob: new Blob(parts), name: 'averaged-weights.safetensors' };
}

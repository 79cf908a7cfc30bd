/** The weights of a run that were the best of each task, to be taken away. */
import { Menu } from '@mantine/core';
import { formatCount } from '#lib/format.ts';
import { exportWeights } from '#stores/files.ts';
import { useRun } from '#stores/run-state.ts';
import { saveExport } from './save-export.ts';

/** Nothing where there is one task: its best are the best of the run. */
export function TaskWeightsItems() {
  const tasks = useRun(({ experiment }) => experiment?.tasks);
  const best = useRun((run) => run.best);
  if (!tasks || tasks.length < 2) return null;
  return tasks.flatMap(({ id, name }) => {
    const step = best[id];
    if (step === undefined) return [];
    return (
      <Menu.Item
        key={id}
        title={`Its lowest validation loss, at step ${formatCount(step)}`}
        onClick={() => void saveExport(() => exportWeights({ bestOf: id }))}
      >
        Best for {name} <small>step {formatCount(step)}</small>
      </Menu.Item>
    );
  });
}

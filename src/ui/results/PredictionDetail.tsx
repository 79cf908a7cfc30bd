/** A closer look at one prediction: the image, large, and how sure the network was of what. */
import { describeTask } from '#experiment/tasks/index.ts';
import { formatCount } from '#lib/format.ts';
import { Picture } from '../shared/Picture.tsx';
import { taskColour } from '../task-colour.ts';
import type { Wrongness } from './ranking.ts';
import { ReadingBars } from './ReadingBars.tsx';
import { hasRightAndWrong, outputRow, type Results, targetRow } from './task-results.ts';
import { Verdict } from './Verdict.tsx';
import styles from './results.module.css';

interface PredictionDetailProps {
  readonly results: Results;
  readonly wrongness: Wrongness;
  readonly row: number;
  readonly pixels: Uint8Array | undefined;
}

export function PredictionDetail({ results, wrongness, row, pixels }: PredictionDetailProps) {
  return (
    <aside className={styles['detail']} aria-label="The chosen prediction">
      <Picture shape={results.summary.info.image} pixels={pixels} />
      <div className={styles['detailText']}>
        <p className={styles['detailId']}>sample {formatCount(results.samples[row] ?? 0)}</p>
        {results.tasks.map((result) => {
          const { readOutputs, readLabel } = describeTask(result.task);
          const truth = readLabel(result.column, targetRow(result, row));
          return (
            <section key={result.task.id} aria-label={result.task.name}>
              <h3>
                <i style={{ background: taskColour(result.index) }} aria-hidden />
                {result.task.name}
                {hasRightAndWrong(result) ? (
                  <Verdict wrongness={wrongness.get(result.task.id)?.[row] ?? Number.NaN} />
                ) : null}
                <small>{hasRightAndWrong(result) ? `true: ${truth.text}` : ''}</small>
              </h3>
              <ReadingBars
                column={result.column}
                reading={readOutputs(result.column, outputRow(result, row))}
                truth={truth}
                colour={taskColour(result.index)}
              />
            </section>
          );
        })}
      </div>
    </aside>
  );
}

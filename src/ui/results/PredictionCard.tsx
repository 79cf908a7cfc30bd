/** One prediction in the gallery: the image, and per task what the network said of it. */
import { describeTask } from '#experiment/tasks/index.ts';
import { Picture } from '../shared/Picture.tsx';
import { taskColour } from '../task-colour.ts';
import type { Wrongness } from './ranking.ts';
import { hasRightAndWrong, outputRow, type Results, targetRow, type TaskResult } from './task-results.ts';
import { Verdict } from './Verdict.tsx';
import styles from './results.module.css';

/** More tasks than this are not listed on a card. */
const most = 3;

interface PredictionCardProps {
  readonly results: Results;
  readonly wrongness: Wrongness;
  readonly row: number;
  readonly pixels: Uint8Array | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function PredictionCard({ results, wrongness, row, pixels, isChosen, onChoose }: PredictionCardProps) {
  const more = results.tasks.length - most;
  return (
    <button
      type="button"
      className={styles['card']}
      aria-pressed={isChosen}
      onClick={onChoose}
      onFocus={onChoose}
    >
      <Picture shape={results.summary.info.image} pixels={pixels} />
      {results.tasks.slice(0, most).map((result) => (
        <Line
          key={result.task.id}
          result={result}
          row={row}
          wrongness={wrongness.get(result.task.id)?.[row] ?? Number.NaN}
        />
      ))}
      {more > 0 ? <span className={styles['cardMore']}>and {more} more</span> : null}
    </button>
  );
}

interface LineProps {
  readonly result: TaskResult;
  readonly row: number;
  readonly wrongness: number;
}

function Line({ result, row, wrongness }: LineProps) {
  const { readOutputs, readLabel } = describeTask(result.task);
  const said = readOutputs(result.column, outputRow(result, row)).text;
  const truth = readLabel(result.column, targetRow(result, row)).text;
  const isJudged = hasRightAndWrong(result);
  return (
    <span className={styles['cardLine']} title={`${result.task.name}: ${said}, true: ${truth}`}>
      <i style={{ background: taskColour(result.index) }} aria-hidden />
      {isJudged ? <Verdict wrongness={wrongness} /> : null}
      <span>{said}</span>
      {!isJudged || wrongness > 0 ? <small>{truth}</small> : null}
    </span>
  );
}

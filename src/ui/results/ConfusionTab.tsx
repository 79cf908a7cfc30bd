/** How good a task is and where it goes wrong: confusion of classes, scores per label, predicted beside true numbers; curves of each. */
import { Fragment, lazy, Suspense, useState } from 'react';
import { taskColour } from '../task-colour.ts';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import { confusionOf, labelScores } from './class-scores.ts';
import { ClassTable } from './ClassTable.tsx';
import { NothingYet } from './NothingYet.tsx';
import { noFilter, type PredictionFilter } from './ranking.ts';
import { ResultsBar } from './ResultsBar.tsx';
import type { TaskResult } from './task-results.ts';
import type { ResultsChoice } from './use-results.ts';
import styles from './results.module.css';

/** With recharts in it, which most visits do not need. */
const ScatterGrid = lazy(() =>
  import('./ScatterGrid.tsx').then((module) => ({ default: module.ScatterGrid })),
);

/** Curves and their maths, for those who look. */
const EvaluationSections = lazy(() =>
  import('./evaluation/EvaluationSections.tsx').then((module) => ({ default: module.EvaluationSections })),
);

interface ConfusionTabProps {
  readonly choice: ResultsChoice;
  /** Shows the images that a filter lets through. */
  readonly onShow: (filter: PredictionFilter) => void;
}

export function ConfusionTab({ choice, onShow }: ConfusionTabProps) {
  const { results } = choice;
  const [wanted, setWanted] = useState<string | null>(null);
  if (!results) return <NothingYet choice={choice} />;
  const chosen = results.tasks.find(({ task }) => task.id === wanted) ?? results.tasks[0];
  return (
    <>
      <ResultsBar choice={choice}>
        <div className={styles['toggles']}>
          {results.tasks.map(({ task, index }) => (
            <button
              key={task.id}
              type="button"
              className={styles['taskToggle']}
              aria-pressed={task.id === chosen?.task.id}
              onClick={() => setWanted(task.id)}
            >
              <i style={{ background: taskColour(index) }} aria-hidden />
              {task.name}
            </button>
          ))}
        </div>
      </ResultsBar>
      {chosen ? (
        <Fragment key={chosen.task.id}>
          <TaskMistakes result={chosen} onShow={onShow} />
          <Suspense fallback={null}>
            <EvaluationSections result={chosen} />
          </Suspense>
        </Fragment>
      ) : null}
    </>
  );
}

interface TaskMistakesProps {
  readonly result: TaskResult;
  readonly onShow: (filter: PredictionFilter) => void;
}

/** One view per kind of label column. */
function TaskMistakes({ result, onShow }: TaskMistakesProps) {
  const { column, task } = result;
  const show = (truth: number | null, said: number | null) =>
    onShow({ ...noFilter, task: task.id, truth, said });
  switch (column.kind) {
    case 'class':
      return (
        <ConfusionMatrix
          confusion={confusionOf(result, column.classes)}
          colour={taskColour(result.index)}
          onShow={show}
        />
      );
    case 'labels':
      return (
        <ClassTable
          caption={`Labels of ${task.name}, said where their probability is above a half`}
          scores={labelScores(result, column.classes)}
          colour={taskColour(result.index)}
          onShow={(label) => show(label, null)}
        />
      );
    case 'number':
      return (
        <Suspense fallback={null}>
          <ScatterGrid result={result} names={column.names} />
        </Suspense>
      );
  }
}

/** What a task's outputs say beyond right and wrong, loaded when it is first looked at. */
import { useEffect, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { taskColour } from '../../task-colour.ts';
import type { TaskResult } from '../task-results.ts';
import { CalibrationSection } from './CalibrationSection.tsx';
import { evaluateTask, knownEvaluation, type TaskEvaluation } from './evaluate.ts';
import { RankingSection } from './RankingSection.tsx';
import { ResidualSection } from './ResidualSection.tsx';
import styles from './evaluation.module.css';

export function EvaluationSections({ result }: { readonly result: TaskResult }) {
  const { column } = result;
  if (column.kind === 'number')
    return <ResidualSection result={result} names={column.names} colour={taskColour(result.index)} />;
  return <ScoreSections result={result} names={column.classes} />;
}

interface ScoreSectionsProps {
  readonly result: TaskResult;
  readonly names: readonly string[];
}

function ScoreSections({ result, names }: ScoreSectionsProps) {
  const evaluation = useEvaluation(result, names);
  if (!evaluation) return <p className={styles['hint']}>Working out the curves…</p>;
  const { calibration, unscored } = evaluation;
  const isExclusive = result.column.kind === 'class';
  const colour = taskColour(result.index);
  return (
    <>
      {unscored > 0 ? (
        <p className={styles['hint']}>
          Left out below: {formatCount(unscored)} {unscored === 1 ? 'image' : 'images'} whose outputs are no
          finite numbers.
        </p>
      ) : null}
      {calibration.count === 0 ? null : (
        <>
          <RankingSection evaluation={evaluation} colour={colour} noun={isExclusive ? 'class' : 'label'} />
          <CalibrationSection calibration={calibration} colour={colour} isExclusive={isExclusive} />
        </>
      )}
    </>
  );
}

/** The evaluation once it is worked out; that of an older result is never given for a newer one. */
function useEvaluation(result: TaskResult, names: readonly string[]): TaskEvaluation | null {
  const [, setReady] = useState<TaskEvaluation | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void evaluateTask(result, names).then((evaluation) => {
      if (isCurrent) setReady(evaluation);
    });
    return () => {
      isCurrent = false;
    };
  }, [result, names]);
  return knownEvaluation(result);
}

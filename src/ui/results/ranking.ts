/** Which predictions are the worst: wrongness of every sample, and the samples in its order. */
import { useEffect, useState } from 'react';
import { describeTask } from '#experiment/tasks/index.ts';
import { hasRightAndWrong, outputRow, type Results, targetRow, type TaskResult } from './task-results.ts';

/** Wrongness by task id, [samples]: 0 is right, larger is worse, NaN without a label. */
export type Wrongness = ReadonlyMap<string, Float64Array>;

/** What is to be seen of the predictions. */
export interface PredictionFilter {
  /** Task id; null for all tasks together. */
  readonly task: string | null;
  readonly onlyWrong: boolean;
  /** Class or label (its index) that must be true; with `said`, that the network must have said. Only with a task. */
  readonly truth: number | null;
  readonly said: number | null;
}

export const noFilter: PredictionFilter = { task: null, onlyWrong: false, truth: null, said: null };

/** Samples judged before the page gets its turn again. */
const atOnce = 500;
const known = new WeakMap<Results, Wrongness>();

async function judge(results: Results): Promise<Wrongness> {
  const before = known.get(results);
  if (before) return before;
  const wrongness = new Map<string, Float64Array>();
  for (const result of results.tasks) {
    const ofTask = new Float64Array(results.samples.length);
    const { wrongness: measure } = describeTask(result.task);
    for (let row = 0; row < ofTask.length; row++) {
      ofTask[row] = measure(result.column, outputRow(result, row), targetRow(result, row));
      if (row % atOnce === atOnce - 1) await new Promise((resolve) => setTimeout(resolve));
    }
    wrongness.set(result.task.id, ofTask);
  }
  known.set(results, wrongness);
  return wrongness;
}

/** Wrongness of the samples, once it is known; that of older results is never given for newer ones. */
export function useWrongness(results: Results): Wrongness | null {
  const [judged, setJudged] = useState<{ readonly results: Results; readonly wrongness: Wrongness } | null>(
    null,
  );
  useEffect(() => {
    let isCurrent = true;
    void judge(results).then((wrongness) => {
      if (isCurrent) setJudged({ results, wrongness });
    });
    return () => {
      isCurrent = false;
    };
  }, [results]);
  return judged?.results === results ? judged.wrongness : (known.get(results) ?? null);
}

/**
 * Rows that a filter lets through, the most wrong first. Over several tasks wrongness adds up, each task's measured by
 * the mean of its mistakes, so that no task outweighs the others by its scale.
 */
export function rankRows(results: Results, wrongness: Wrongness, filter: PredictionFilter): number[] {
  const tasks = results.tasks.filter(({ task }) => filter.task === null || task.id === filter.task);
  const scores = new Float64Array(results.samples.length);
  const isWrong = new Uint8Array(results.samples.length);
  for (const result of tasks) {
    const ofTask = wrongness.get(result.task.id);
    if (!ofTask) continue;
    const scale = meanMistake(ofTask);
    for (const [row, wrong] of ofTask.entries()) {
      if (!(wrong > 0)) continue;
      scores[row] = (scores[row] ?? 0) + wrong / scale;
      if (hasRightAndWrong(result)) isWrong[row] = 1;
    }
  }
  const [only] = filter.task === null ? [] : tasks;
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (filter.onlyWrong && isWrong[row] === 0) continue;
    if (only && !isOf(only, row, filter)) continue;
    rows.push(row);
  }
  return rows.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

function meanMistake(wrongness: Float64Array): number {
  const mistakes = wrongness.filter((wrong) => wrong > 0);
  return mistakes.length === 0 ? 1 : mistakes.reduce((sum, wrong) => sum + wrong, 0) / mistakes.length;
}

/** Whether a sample has the class that the filter asks for, and was called what it asks for. */
function isOf(result: TaskResult, row: number, { truth, said }: PredictionFilter): boolean {
  const { column } = result;
  if (column.kind === 'number') return true;
  const targets = targetRow(result, row);
  if (column.kind === 'labels')
    return (
      (truth === null || targets[truth] === 1) && (said === null || (outputRow(result, row)[said] ?? 0) > 0)
    );
  if (truth !== null && targets[0] !== truth) return false;
  return said === null || argMax(outputRow(result, row)) === said;
}

function argMax(row: Float32Array): number {
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
}

/** What members and combinations say of one image, in words and numbers. Pure. */
import { describeTask } from '#experiment/tasks/index.ts';
import type { Reading } from '#experiment/tasks/task.ts';
import type { EnsembleAnswers } from '#stores/ensembles.ts';
import type { TaskResult } from '#studies/ensemble-results.ts';
import type { Way } from './words.ts';

interface MemberReading {
  /** Among the members. */
  readonly place: number;
  readonly reading: Reading;
  /** 0 is right; NaN without a label. */
  readonly wrongness: number;
}

/** What each member that has the task says. */
export function memberReadings(
  { task, column, voters }: TaskResult,
  { members }: EnsembleAnswers,
  truth: Float32Array | null,
): MemberReading[] {
  const { readOutputs, wrongness } = describeTask(task);
  return voters.flatMap((place) => {
    const outputs = members[place]?.[task.id];
    if (!outputs) return [];
    const wrong = truth ? wrongness(column, outputs, truth) : Number.NaN;
    return { place, reading: readOutputs(column, outputs), wrongness: wrong };
  });
}

/** What a way of combining says; undefined where it says nothing of the task. */
export function wayReading(result: TaskResult, answers: EnsembleAnswers, way: Way): Reading | null {
  const { task, column } = result;
  const outputs = way === 'soup' ? answers.soup?.[task.id] : answers.combined[task.id]?.[way];
  if (!outputs) return null;
  const reading = describeTask(task).readOutputs(column, outputs);
  return way === 'vote' && column.kind !== 'number' ? votesOf(result, answers, reading) : reading;
}

/** A vote as shares of the members that are for it, in the order of the reading. */
function votesOf(result: TaskResult, answers: EnsembleAnswers, { text, entries }: Reading): Reading {
  const said = memberReadings(result, answers, null).map(({ reading }) => reading);
  const isFor = (label: string) => (reading: Reading) =>
    result.column.kind === 'class'
      ? reading.text === label
      : reading.entries.some((entry) => entry.label === label && entry.value > 0.5);
  return {
    text,
    entries: entries.map(({ label }) => ({
      label,
      value: said.filter(isFor(label)).length / said.length,
    })),
  };
}

/** How far a study is, over all its members, and how long it may yet take. */
import type { RunRecord } from '#storage/run-record.ts';
import type { Member, Study } from '#studies/study.ts';
import { isOpen } from './study-turns.ts';

export interface StudyProgress {
  /** Steps trained, and steps of all members; one that has ended early has no more than it has trained. */
  readonly done: number;
  readonly total: number;
  /** Seconds of training that are left, by the pace of its members so far; null before there is one. */
  readonly secondsLeft: number | null;
}

/** The run on the page, which is ahead of its record. */
export interface PageRun {
  readonly id: string | null;
  readonly step: number;
}

interface Share {
  readonly done: number;
  readonly left: number;
  /** Seconds of a step; null where it has trained none. */
  readonly pace: number | null;
}

function shareOf(member: Member, record: RunRecord | undefined, page: PageRun, total: number): Share {
  const base = member.from?.step ?? 0;
  const step = Math.max(base, record?.step ?? 0, page.id === member.run && record ? page.step : 0);
  const pace = record && record.step > 0 && record.seconds > 0 ? record.seconds / record.step : null;
  return { done: step - base, left: isOpen(member) ? Math.max(0, total - step) : 0, pace };
}

/**
 * @param runs the kept runs, its members among them
 * @param stepsOf steps of a whole run of an experiment
 */
export function progressOf(
  { members }: Pick<Study, 'members'>,
  runs: readonly RunRecord[],
  page: PageRun,
  stepsOf: (experiment: Member['experiment']) => number,
): StudyProgress {
  const shares = members.map((member) => {
    const record = runs.find(({ id }) => id === member.run);
    return shareOf(member, record, page, stepsOf(member.experiment));
  });
  const done = shares.reduce((sum, each) => sum + each.done, 0);
  const paces = shares.flatMap(({ pace }) => pace ?? []);
  const typical = paces.reduce((sum, each) => sum + each, 0) / paces.length;
  const secondsLeft = shares.reduce((sum, { left, pace }) => sum + left * (pace ?? typical), 0);
  return {
    done,
    total: done + shares.reduce((sum, each) => sum + each.left, 0),
    secondsLeft: paces.length > 0 ? secondsLeft : null,
  };
}

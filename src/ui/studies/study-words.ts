/** Studies in words. */
import { formatCount, formatDuration, formatValue } from '#lib/format.ts';
import type { RunRecord } from '#stores/library.ts';
import type { Member, MemberState, Study } from '#studies/study.ts';

const tallied: readonly (readonly [MemberState, string])[] = [
  ['finished', 'trained'],
  ['training', 'in training'],
  ['stopped', 'stopped'],
  ['failed', 'failed'],
  ['waiting', 'waiting'],
];

/** "3 trained, 1 failed, 1 waiting". */
export function tally(members: readonly Member[]): string {
  return tallied
    .map(([state, word]) => [members.filter((each) => each.state === state).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ');
}

/** What state a study is in, as the reader of this page sees it. */
export function stateOf({ state }: Study, isHere: boolean): string {
  return state === 'training' && !isHere ? 'training on another page' : state;
}

/** Where a study is that has left the page. */
export function howItEnded({ state, members }: Study): string {
  if (state !== 'finished') return 'is put aside';
  return members.every((each) => each.state === 'finished') ? 'is through' : 'has ended';
}

/**
 * "Lowest validation loss: seed 3, 0.712." Empty where nothing was validated, or the members have different tasks, so that
 * their losses are not comparable.
 */
export function bestInWords({ members }: Pick<Study, 'members'>, runs: readonly RunRecord[]): string {
  const tasks = new Set(members.map(({ experiment }) => experiment.tasks.map(({ id }) => id).join(' ')));
  if (tasks.size !== 1) return '';
  const results = members.flatMap(({ label, run }) => {
    const validations = runs.find(({ id }) => id === run)?.validations ?? [];
    return validations.map(({ meanLoss }) => ({ label, loss: meanLoss }));
  });
  const [best] = results.filter(({ loss }) => Number.isFinite(loss)).toSorted((a, b) => a.loss - b.loss);
  return best ? `Lowest validation loss: ${best.label}, ${formatValue(best.loss)}.` : '';
}

/** Ids of the runs that its members have, and of the one that they are compared with. */
export function runsOf({ members, baseline }: Study): string[] {
  return [...(baseline === null ? [] : [baseline]), ...members.flatMap(({ run }) => run ?? [])];
}

/** "5 runs of 780 steps, 3,900 in all; about 6 min on this adapter." */
export function costInWords(steps: readonly number[], stepSeconds: number | null): string {
  const [first = 0] = steps;
  const total = steps.reduce((sum, each) => sum + each, 0);
  const isEqual = steps.every((each) => each === first);
  const runs = `${formatCount(steps.length)} ${steps.length === 1 ? 'run' : 'runs'}`;
  const each = isEqual
    ? ` of ${formatCount(first)} steps, ${formatCount(total)} in all`
    : `, ${formatCount(total)} steps in all`;
  const time = stepSeconds === null ? '' : `; about ${formatDuration(total * stepSeconds)} on this adapter`;
  return `${runs}${each}${time}.`;
}

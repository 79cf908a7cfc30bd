/** How a check came out, in words. */
import { formatCount, formatValue } from '#lib/format.ts';
import type { CheckResult } from '#stores/capsules.ts';
import type { RunRecord } from '#stores/library.ts';

export interface CheckWords {
  /** In a word or two. */
  readonly verdict: string;
  readonly tone: 'good' | 'bad';
  /** What was compared, and what came of it. */
  readonly account: string;
}

const verdicts = {
  identical: { verdict: 'Identical', tone: 'good' },
  rounding: { verdict: 'Within rounding', tone: 'good' },
  differs: { verdict: 'Differs', tone: 'bad' },
  'other-data': { verdict: 'Not compared', tone: 'bad' },
} as const;

/** Small numbers keep their digits: 3.1e-7 rather than 0. */
const small = (value: number) => (Number.isFinite(value) ? formatValue(value) : 'without bounds');

function dataText(isSameData: boolean | null): string {
  if (isSameData) return 'Data set and split are those that it was trained on.';
  return 'Whether the data are those that it was trained on cannot be told: no fingerprint of them was taken.';
}

export function wordsOf(result: CheckResult, { experiment }: Pick<RunRecord, 'experiment'>): CheckWords {
  const { verdict, part, samples, step, absolute, relative, at, isSameData } = result;
  const head = verdicts[verdict];
  if (verdict === 'other-data')
    return {
      ...head,
      account:
        'The data set here is not the one that it was trained on: its fingerprint differs. What the weights say of other images tells nothing.',
    };
  const asked = `The weights of step ${formatCount(step)} were asked about ${formatCount(samples)} ${part} samples again.`;
  if (verdict === 'identical')
    return { ...head, account: `${asked} Every number is the one that was kept. ${dataText(isSameData)}` };
  const task = experiment.tasks.find(({ id }) => id === at?.task)?.name ?? '';
  const where = at ? `, of ${task}, sample ${formatCount(at.sample)}` : '';
  const share = `${small(relative)} of the task’s largest output`;
  const meaning =
    verdict === 'rounding'
      ? 'Adapters round that differently.'
      : 'That is more than adapters differ by: these are not the weights that said it, or something is computed otherwise here.';
  return {
    ...head,
    account: `${asked} The largest difference is ${small(absolute)} (${share})${where}. ${meaning} ${dataText(isSameData)}`,
  };
}

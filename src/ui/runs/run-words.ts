/** A kept run in words and figures: where it stands, its best results, when it was; and the order and filter of the list. */
import { formatCount, formatPercent, formatValue } from '#lib/format.ts';
import { nameOf, type RunRecord } from '#stores/library.ts';
import { strategyOf } from '#strategies/index.ts';
import { mainMetric, reading, shortName } from '../tasks/scores.ts';

const states: Readonly<Record<RunRecord['status'], string>> = {
  running: 'training',
  paused: 'paused',
  finished: 'finished',
  failed: 'stopped',
  interrupted: 'interrupted',
};

/** Where a run stands, in a word. */
export function stateOf({ status }: RunRecord): string {
  return states[status];
}

/** The step that a run can go on from; null where nothing was kept of it. */
function lastStep({ checkpoints }: RunRecord): number | null {
  return checkpoints.length > 0 ? Math.max(...checkpoints.map(({ step }) => step)) : null;
}

/** Whether a run has steps left and something to go on from. */
export function canGoOn(record: RunRecord): boolean {
  const step = lastStep(record);
  const rests = record.status !== 'finished' && record.status !== 'running';
  return rests && step !== null && step < record.totalSteps;
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** Where a run of another machine comes from, with a space behind; empty for one of this device. */
function originOf({ imported }: RunRecord): string {
  if (!imported) return '';
  const adapter = imported.adapter === null ? '' : ` (${imported.adapter})`;
  return `From another machine${adapter}, exported ${day.format(imported.exportedAt)}. `;
}

/**
 * What its state means for a reader, in a sentence; undefined where the word says it all.
 * @param isCurrent whether it is the run on the page
 */
export function explanationOf(record: RunRecord, isCurrent: boolean): string | undefined {
  const step = lastStep(record);
  const next = step === null ? 'nothing to go on from was kept' : `goes on from step ${formatCount(step)}`;
  if (record.status === 'running' && !isCurrent) return 'Trains on another page that is open.';
  const from = originOf(record);
  if (record.status === 'interrupted') return `${from}Ended while training; ${next}.`;
  if (record.status === 'failed') return `${from}Stopped by an error; ${next}.`;
  return from.trim() || undefined;
}

/** The best validation of a task, or of the mean over tasks. */
export interface Best {
  readonly text: string;
  /** What the number is: "accuracy", "loss". */
  readonly measure: string;
  readonly step: number;
}

function validationOf({ validations, best }: RunRecord, key: string) {
  const step = best[key];
  return step === undefined ? undefined : validations.findLast((each) => each.step === step);
}

/** A task's main metric where its validation loss was lowest. */
export function bestOf(record: RunRecord, task: RunRecord['experiment']['tasks'][number]): Best | undefined {
  const validation = validationOf(record, task.id);
  const text = reading(task, validation?.tasks[task.id]);
  if (!validation || text === undefined) return undefined;
  return { text, measure: shortName(mainMetric(task)), step: validation.step };
}

/** The mean of the tasks' main metrics where the mean loss was lowest; that loss where the metrics are of several kinds. */
export function bestMean(record: RunRecord): Best | undefined {
  const validation = validationOf(record, 'mean');
  const { tasks } = record.experiment;
  const [first] = tasks;
  if (!validation || !first) return undefined;
  const metric = mainMetric(first);
  const { step } = validation;
  if (tasks.some((task) => mainMetric(task).id !== metric.id))
    return { text: formatValue(validation.meanLoss), measure: 'loss', step };
  const values = tasks.map(({ id }) => validation.tasks[id]?.metrics[metric.id] ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = metric.unit === 'share' ? formatPercent(mean) : formatValue(mean);
  return { text, measure: shortName(metric), step };
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const longAgo = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** When something was, as short as can be: "14:05" today, "12 Nov, 14:05" this year, "12 Nov 2025" before. */
export function whenText(at: Date, now: Date): string {
  if (at.getFullYear() !== now.getFullYear()) return longAgo.format(at);
  if (at.toDateString() === now.toDateString()) return time.format(at);
  return `${shortDay.format(at)}, ${time.format(at)}`;
}

/** All that a run may be looked for by. */
function textOf(record: RunRecord): string {
  const { name, data, tasks, strategy } = record.experiment;
  const subjects = tasks.map((task) => `${task.name} ${task.kind}`);
  const method = strategyOf(strategy.kind).name;
  const words = [nameOf(record), record.difference, record.note, stateOf(record), name, data.source, method];
  return [...words, ...subjects].join(' ').toLowerCase();
}

/** Whether every word looked for is in what is known of a run. */
export function matches(record: RunRecord, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = textOf(record);
  return words.every((word) => text.includes(word));
}

/** Pinned runs before others, otherwise in the order given. */
export function pinnedFirst(runs: readonly RunRecord[]): RunRecord[] {
  return [...runs.filter(({ pinned }) => pinned), ...runs.filter(({ pinned }) => !pinned)];
}

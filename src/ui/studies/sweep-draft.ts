/** A sweep as it is being written in the form, and what it says. */
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { SweepField } from '#studies/sweep-fields.ts';
import { parseSweep, sweepPaths, sweepStudy, type SweepSpec } from '#studies/sweep.ts';
import type { StudyPlan } from '#studies/study.ts';
import { numberText, readNumber } from '../shared/number-text.ts';

/** One field that is varied. */
export interface AxisDraft {
  /** Tells the rows of the form apart. */
  readonly key: number;
  readonly path: string;
  readonly as: 'values' | 'range';
  /** Of numbers: "1e-4, 1e-3, 1e-2". */
  readonly text: string;
  /** Of a choice or a switch. */
  readonly chosen: readonly string[];
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly steps: number;
}

export interface SweepDraft {
  readonly mode: 'grid' | 'random' | 'list';
  readonly axes: readonly AxisDraft[];
  readonly count: number;
  readonly seed: number;
  /** JSON: one object of values by path for each run. */
  readonly list: string;
  readonly budgetMinutes: number | null;
  readonly stopsHopeless: boolean;
}

const isNumeric = ({ type }: SweepField) => type === 'number' || type === 'integer';

/** A field with values around the one that it has: a third, itself and three times as much of a number. */
export function axisFor(field: SweepField, key: number): AxisDraft {
  const { path, type, value, minimum = -Infinity, maximum = Infinity } = field;
  const here = typeof value === 'number' && value !== 0 ? value : type === 'integer' ? 3 : 0.1;
  const round = (number: number) => (type === 'integer' ? Math.round(number) : Number(number.toPrecision(1)));
  const around = [here / 3, here, here * 3].map((each, i) =>
    Math.min(maximum, Math.max(minimum, i === 1 ? each : round(each))),
  );
  const [low = here, , high = here] = around;
  const options = type === 'switch' ? ['false', 'true'] : field.options.map(String);
  return {
    key,
    path,
    as: 'values',
    text: [...new Set(around)].map(numberText).join(', '),
    chosen: [...new Set([String(value), ...options])].filter((each) => options.includes(each)).slice(0, 2),
    low,
    high: high > low ? high : low + 1,
    scale: low > 0 && type === 'number' ? 'log' : 'linear',
    steps: 5,
  };
}

/** A first draft: the learning rate. */
export function firstDraft(experiment: Experiment): SweepDraft {
  const field = sweepPaths(experiment).find(({ path }) => path === 'training.learningRate');
  return {
    mode: 'grid',
    axes: field ? [axisFor(field, 0)] : [],
    count: 10,
    seed: 0,
    list: '[\n  { "training.learningRate": 1e-3, "strategy.kind": "equal" },\n  { "training.learningRate": 3e-3, "strategy.kind": "mgda" }\n]',
    budgetMinutes: null,
    stopsHopeless: false,
  };
}

function refuse(path: string, rule: string, found: string, remedy: string): ExperimentError {
  return new ExperimentError([{ path, rule, found, remedy }]);
}

function valuesOf(axis: AxisDraft, field: SweepField): (string | number | boolean)[] {
  if (field.type === 'switch') return axis.chosen.map((each) => each === 'true');
  if (field.type === 'choice')
    return axis.chosen.map((each) => field.options.find((option) => String(option) === each) ?? each);
  const texts = axis.text.split(/[,;\s]+/).filter((text) => text !== '');
  return texts.map((text) => {
    const value = readNumber(text);
    if (value === undefined)
      throw refuse(
        field.label,
        'must be a list of numbers, such as 1e-4, 1e-3',
        `“${text}”`,
        'Part them by commas.',
      );
    return value;
  });
}

function axisOf(axis: AxisDraft, fields: readonly SweepField[]): unknown {
  const { path, low, high, scale, steps } = axis;
  const field = fields.find((each) => each.path === path);
  if (!field)
    throw refuse(path, 'must be a field that the experiment has', `“${path}”`, 'Choose another one.');
  if (isNumeric(field) && axis.as === 'range') return { path, low, high, scale, steps };
  const values = valuesOf(axis, field);
  if (values.length === 0) throw refuse(field.label, 'must have a value to try', 'none', 'Give one or more.');
  return { path, values };
}

/** The sweep that a draft says. Throws ExperimentError, with what to mend. */
export function specOf(draft: SweepDraft, experiment: Experiment): SweepSpec {
  const { mode, axes, count, seed, budgetMinutes, stopsHopeless } = draft;
  const fields = sweepPaths(experiment);
  let list: unknown = [];
  if (mode === 'list')
    try {
      list = JSON.parse(draft.list);
    } catch (error) {
      throw refuse(
        'list',
        'must be JSON',
        error instanceof Error ? error.message : String(error),
        'Write a list of objects.',
      );
    }
  return parseSweep({
    mode,
    axes: mode === 'list' ? [] : axes.map((axis) => axisOf(axis, fields)),
    count,
    seed,
    list,
    budgetSeconds: budgetMinutes === null ? null : 60 * budgetMinutes,
    stopping: stopsHopeless ? {} : null,
  });
}

/** What a draft plans, or what is wrong with it. */
export function planOf(
  draft: SweepDraft,
  experiment: Experiment,
  check: (member: Experiment) => void,
): { readonly plan: StudyPlan; readonly problem: null } | { readonly plan: null; readonly problem: string } {
  try {
    return { plan: sweepStudy(experiment, specOf(draft, experiment), check), problem: null };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return { plan: null, problem: error.message };
  }
}

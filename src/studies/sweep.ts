/** Sweeps: runs that differ in any fields of the experiment, by a grid, at random, or as listed. */
import { z } from 'zod';
import { parseExperiment, problemOf } from '#experiment/parse.ts';
import { describe, ExperimentError, type Problem } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { formatCount } from '#lib/format.ts';
import { hashText, Random } from '#lib/random.ts';
import { checkMethod } from './method-check.ts';
import type { MemberPlan, StudyPlan } from './study.ts';
import { labelAt, sweepPaths, wordsAt } from './sweep-fields.ts';

export { sweepPaths } from './sweep-fields.ts';

/** More members than anybody waits for. */
const mostMembers = 1000;

/** Members whose problems are told; more would only bury the first. */
const mostRefused = 3;

/** Dots part the steps: `training.optimiser.momentum`, `trunk.0.filters`, `tasks.top-left.labelSmoothing`. */
const pathSchema = z
  .string()
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'must be a path with dots, such as "training.learningRate"');

const axisSchema = z.union([
  z.strictObject({ path: pathSchema, values: z.array(z.json()).min(1) }),
  z
    .strictObject({
      path: pathSchema,
      low: z.number(),
      high: z.number(),
      scale: z.enum(['linear', 'log']).default('linear'),
      /** Of a grid, both ends included; drawn at random it has no steps. */
      steps: z.int().min(2).max(mostMembers).default(5),
    })
    .refine(({ low, high }) => low < high, 'must have a "low" below its "high"')
    .refine(({ low, scale }) => scale === 'linear' || low > 0, 'must be above 0 on a log scale'),
]);
export type SweepAxis = z.infer<typeof axisSchema>;

const medianRuleSchema = z.strictObject({
  grace: z.int().min(1).default(3),
  least: z.int().min(1).default(3),
});

export const sweepSchema = z.strictObject({
  name: z.string().max(120).default(''),
  axes: z.array(axisSchema).max(20).default([]),
  /** `grid`: every combination; `random`: `count` of them; `list`: those of `list`. */
  mode: z.enum(['grid', 'random', 'list']).default('grid'),
  count: z.int().min(1).max(mostMembers).default(10),
  /** Of the draws; the experiment has its own. */
  seed: z.int().min(0).max(0xffffffff).default(0),
  list: z.array(z.record(pathSchema, z.json())).max(mostMembers).default([]),
  /** Seconds of training, of all members together. */
  budgetSeconds: z.number().gt(0).nullable().default(null),
  stopping: medianRuleSchema.nullable().default(null),
});
export type SweepSpec = z.infer<typeof sweepSchema>;

/** Values by path. */
type Assignment = Readonly<Record<string, unknown>>;

const refuse = (path: string, rule: string, found: unknown, remedy: string) =>
  new ExperimentError([{ path, rule, found: describe(found), remedy }]);

/** Validates what a sweep file or form says. Throws ExperimentError naming every path, rule, value and remedy. */
export function parseSweep(document: unknown): SweepSpec {
  const result = sweepSchema.safeParse(document);
  if (result.success) return result.data;
  throw new ExperimentError(result.error.issues.map((issue) => problemOf(issue, document)));
}

/** What a new kind keeps of the old one; the rest takes its defaults. */
const lasting = new Set(['id', 'name', 'column', 'gradients']);

/** Puts a value at a path of a document, in place. Throws ExperimentError where the path leads nowhere. */
function put(document: unknown, path: string, value: unknown): void {
  const keys = path.split('.');
  const nowhere = () =>
    refuse(
      path,
      'there is no such place in the experiment',
      value,
      'Check the path; places are counted from 0.',
    );
  let place = document;
  for (const [n, key] of keys.entries()) {
    if (typeof place !== 'object' || place === null) throw nowhere();
    const isLast = n === keys.length - 1;
    if (Array.isArray(place)) {
      const list: unknown[] = place;
      const named = list.findIndex(
        (each) => typeof each === 'object' && each !== null && 'id' in each && each.id === key,
      );
      const index = named === -1 ? Number(key) : named;
      if (!(index in list)) throw nowhere();
      if (isLast) list[index] = value;
      place = list[index];
      continue;
    }
    const object = place as Record<string, unknown>;
    if (isLast) {
      if (key === 'kind' && object['kind'] !== value)
        for (const other of Object.keys(object)) {
          if (other === 'settings') object[other] = {};
          else if (!lasting.has(other)) delete object[other];
        }
      object[key] = value;
    } else {
      if (!(key in object)) throw nowhere();
      object[key] ??= {}; // early stopping that is switched off, say
    }
    place = object[key];
  }
}

/** Kinds come before the settings that only they have. */
function inOrder(assignment: Assignment): [string, unknown][] {
  const depth = (path: string) => path.split('.').length - (path.endsWith('.kind') ? 0.5 : 0);
  return Object.entries(assignment).toSorted(([a], [b]) => depth(a) - depth(b));
}

/**
 * The experiment with other values at some paths. A new kind of optimiser, schedule, method or layer has its defaults, but
 * for what is set, too.
 * Throws ExperimentError where the schema or the method refuses it.
 */
export function withValues(experiment: Experiment, assignment: Assignment): Experiment {
  const document: unknown = structuredClone(experiment);
  for (const [path, value] of inOrder(assignment)) put(document, path, structuredClone(value));
  const next = parseExperiment(document);
  checkMethod(next);
  return next;
}

/** Three digits are as exact as anybody means them, and can be read. */
function rounded(value: number, { low, high, scale }: { low: number; high: number; scale: string }): number {
  const unit = 10 ** (Math.floor(Math.log10(high - low)) - 3);
  const short = scale === 'log' ? value.toPrecision(3) : (Math.round(value / unit) * unit).toPrecision(12);
  return Math.min(high, Math.max(low, Number(short)));
}

/** The value of an axis at a share of its way, 0…1; the last one of a list at 1. */
function valueAt(axis: SweepAxis, share: number, isInteger: boolean): unknown {
  if ('values' in axis)
    return axis.values[Math.min(axis.values.length - 1, Math.floor(share * axis.values.length))];
  const { low, high, scale } = axis;
  const value = scale === 'log' ? low * (high / low) ** share : low + (high - low) * share;
  return isInteger ? Math.round(value) : rounded(value, axis);
}

/** The values of an axis in a grid, each once. */
function gridOf(axis: SweepAxis, isInteger: boolean): unknown[] {
  if ('values' in axis) return axis.values;
  const all = Array.from({ length: axis.steps }, (_, n) => valueAt(axis, n / (axis.steps - 1), isInteger));
  return [...new Set(all)];
}

/** The axes with whether each is of whole numbers. */
type TypedAxis = readonly [axis: SweepAxis, isInteger: boolean];

function grid(axes: readonly TypedAxis[]): Assignment[] {
  const values = axes.map(([axis, isInteger]) => gridOf(axis, isInteger));
  const size = values.reduce((product, { length }) => product * length, 1);
  if (size > mostMembers) throw tooMany(size);
  return values.reduce<Assignment[]>(
    (members, choices, n) =>
      members.flatMap((member) => choices.map((value) => ({ ...member, [axes[n]?.[0].path ?? '']: value }))),
    [{}],
  );
}

/** Draws until there are as many different ones as wanted, or no new one comes. */
function draw(axes: readonly TypedAxis[], count: number, seed: number): Assignment[] {
  // A sequence for each axis: one more axis leaves the draws of the others as they were.
  const sources = axes.map(([{ path }]) => new Random(seed, hashText(path)));
  const members = new Map<string, Assignment>();
  for (let tries = 0; members.size < count && tries < 50 * count; tries++) {
    const values = axes.map(([axis, isInteger], n) => {
      const share = sources[n]?.uniform() ?? 0;
      return [axis.path, valueAt(axis, share, isInteger)] as const;
    });
    const key = JSON.stringify(values);
    if (!members.has(key)) members.set(key, Object.fromEntries(values));
  }
  return [...members.values()];
}

const tooMany = (size: number) =>
  refuse(
    'axes',
    `must give at most ${formatCount(mostMembers)} members`,
    size,
    'Take fewer values, or draw some at random.',
  );

/** What is varied, in the order in which it is first named. */
function assignmentsOf(experiment: Experiment, { axes, mode, list, count, seed }: SweepSpec): Assignment[] {
  if (mode === 'list' || (axes.length === 0 && list.length > 0)) {
    if (list.length === 0)
      throw refuse('list', 'must have at least one entry', list, 'List the values of a member by path.');
    return list;
  }
  const paths = axes.map(({ path }) => path);
  const twice = paths.find((path, n) => paths.indexOf(path) !== n);
  if (axes.length === 0) throw refuse('axes', 'must have at least one axis', axes, 'Say which field varies.');
  if (twice !== undefined)
    throw refuse('axes', 'must vary each field once', twice, 'Put all values into one axis.');
  const fields = new Map(sweepPaths(experiment).map(({ path, type }) => [path, type]));
  const typed = axes.map((axis) => [axis, fields.get(axis.path) === 'integer'] as const);
  return mode === 'grid' ? grid(typed) : draw(typed, count, seed);
}

/** "learning rate 3e-3, MGDA": the values that not all members share, or all where they are alike. */
function labelsOf(members: readonly { experiment: Experiment; assignment: Assignment }[]): string[] {
  const differing = members.map(({ assignment }) =>
    Object.entries(assignment).filter(([path, value]) =>
      members.some((other) => JSON.stringify(other.assignment[path]) !== JSON.stringify(value)),
    ),
  );
  return members.map(({ experiment, assignment }, n) => {
    const own = differing[n]?.length ? differing[n] : Object.entries(assignment);
    return own.map(([path, value]) => wordsAt(experiment, path, value)).join(', ') || 'as it is';
  });
}

/** In a list, an entry may hold any fields; a sweep is called by all of them. */
function nameOf(experiment: Experiment, assignments: readonly Assignment[]): string {
  const paths = [...new Set(assignments.flatMap((each) => Object.keys(each)))];
  return `Sweep of ${paths.map((path) => labelAt(experiment, path)).join(', ')}`.slice(0, 120);
}

/**
 * Plans a sweep.
 * @param check whatever else must hold of a member, such as that its network fits its data; throws ExperimentError
 * @throws ExperimentError where the specification makes no sense, there are more than {@link mostMembers}, or a member is
 *   invalid: it names the member and the path
 */
export function sweepStudy(
  experiment: Experiment,
  spec: SweepSpec,
  check: (member: Experiment) => unknown = () => {},
): StudyPlan {
  const assignments = assignmentsOf(experiment, spec);
  const problems: Problem[] = [];
  let refused = 0;
  const members = assignments.flatMap((assignment, n) => {
    try {
      const member = withValues(experiment, assignment);
      check(member);
      return [{ experiment: member, assignment }];
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      const words = Object.entries(assignment).map(([path, value]) => wordsAt(experiment, path, value));
      const who = `member ${n + 1} (${words.join(', ')})`;
      if (refused++ < mostRefused)
        problems.push(...error.problems.map((each) => ({ ...each, path: `${who}: ${each.path}` })));
      return [];
    }
  });
  if (problems.length > 0) throw new ExperimentError(problems);
  const labels = labelsOf(members);
  return {
    kind: 'sweep',
    name: spec.name || nameOf(experiment, assignments),
    members: members.map(({ experiment: member, assignment }, n): MemberPlan => ({
      label: labels[n] ?? '',
      experiment: member,
      values: assignment,
    })),
    turn: null,
    stopping: spec.stopping,
    budget: spec.budgetSeconds,
    baseline: null,
  };
}

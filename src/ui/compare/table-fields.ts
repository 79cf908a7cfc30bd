/** An experiment laid out as named fields, and those of them in which several experiments differ. */
import { describeLayer, type Layer } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';
import { inWords } from '../shared/fields-of.ts';

/** One field of one experiment. */
export interface Field {
  /** Where it stands in the document: `training.learningRate`. */
  readonly path: string;
  /** "learning rate" */
  readonly name: string;
  /** As short as can be: "1e-3", "MGDA", "10 epochs". */
  readonly text: string;
  /** Absent where it is no plain number. */
  readonly number?: number;
}

/** A field in which the experiments differ. */
export interface DifferingField {
  readonly path: string;
  readonly name: string;
  /** Of each experiment, in the order given; undefined where it has no such setting. */
  readonly values: readonly (Field | undefined)[];
  /** Whether every value that there is is a number. */
  readonly isNumeric: boolean;
}

type Value = string | number | boolean | null;

/** Settings by names that read better than their own. */
const names: Readonly<Record<string, string>> = {
  clipNorm: 'clipping',
  warmUp: 'warm-up',
  beta1: 'β₁',
  beta2: 'β₂',
};

/** weightDecay → "weight decay". */
const wordsOf = (key: string) => names[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isValue = (value: unknown): value is Value =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** 0.001 → "1e-3", 256 → "256". */
function textOf(value: Value): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : String(value);
}

function field(path: string, name: string, value: Value): Field {
  return { path, name, text: textOf(value), ...(typeof value === 'number' ? { number: value } : {}) };
}

/** Every setting of a group; what is no plain value is told by its JSON. */
function settingsOf(settings: object, path: string, prefix = '', skipped: readonly string[] = []): Field[] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    if (skipped.includes(key)) return [];
    const name = prefix + wordsOf(key);
    if (isValue(value)) return [field(`${path}.${key}`, name, value)];
    return [{ path: `${path}.${key}`, name, text: JSON.stringify(value) }];
  });
}

/** A method's settings with those that the document leaves to the method. */
function methodSettings({ kind, settings }: Experiment['strategy']): object {
  if (!isStrategy(kind)) return settings;
  const parsed = strategyOf(kind).schema.safeParse(settings);
  return parsed.success && typeof parsed.data === 'object' && parsed.data !== null ? parsed.data : settings;
}

function methodOf({ strategy }: Experiment): Field[] {
  const { kind, gradients } = strategy;
  const name = isStrategy(kind) ? strategyOf(kind).name : kind;
  return [
    { path: 'strategy.kind', name: 'method', text: name },
    ...settingsOf(methodSettings(strategy), `strategy.${kind}`, `${name}: `),
    { path: 'strategy.gradients', name: 'gradients by', text: gradients },
  ];
}

const spanOf = (path: string, name: string, { unit, count }: { unit: string; count: number }): Field => ({
  path,
  name,
  text: `${count} ${count === 1 ? unit.slice(0, -1) : unit}`,
});

function trainingOf({ training }: Experiment): Field[] {
  const { optimiser, schedule, length, validateEvery, earlyStopping } = training;
  const own = ['optimiser', 'schedule', 'length', 'validateEvery', 'earlyStopping'];
  return [
    ...settingsOf(training, 'training', '', own),
    { path: 'training.optimiser.kind', name: 'optimiser', text: inWords(optimiser.kind) },
    ...settingsOf(optimiser, 'training.optimiser', '', ['kind']),
    { path: 'training.schedule.kind', name: 'schedule', text: inWords(schedule.kind) },
    ...settingsOf(schedule, 'training.schedule', 'schedule ', ['kind']),
    spanOf('training.length', 'length', length),
    spanOf('training.validateEvery', 'validation every', validateEvery),
    field('training.earlyStopping', 'early stopping', earlyStopping !== null),
    ...(earlyStopping ? settingsOf(earlyStopping, 'training.earlyStopping', 'early stopping: ') : []),
  ];
}

function dataOf({ data, augmentation }: Experiment): Field[] {
  return [
    { path: 'data.source', name: 'data', text: data.source },
    ...settingsOf(data.settings, `data.settings`),
    ...settingsOf(augmentation, 'augmentation'),
  ];
}

const remembered = new WeakMap<Experiment, Field[]>();

/** Everything about an experiment but its name and its layers. Remembered per document. */
function plainFields(experiment: Experiment): Field[] {
  const before = remembered.get(experiment);
  if (before) return before;
  const { tasks, sharing, seed } = experiment;
  const fields = [
    ...dataOf(experiment),
    { path: 'tasks', name: 'tasks', text: tasks.map(({ name }) => name).join(', ') },
    ...tasks.flatMap((task) => settingsOf(task, `tasks.${task.id}`, `${task.name}: `, ['id', 'name'])),
    ...methodOf(experiment),
    ...trainingOf(experiment),
    { path: 'sharing.kind', name: 'sharing', text: sharing.kind },
    ...settingsOf(sharing, `sharing.${sharing.kind}`, `${sharing.kind} sharing: `, ['kind']),
    field('seed', 'seed', seed),
  ];
  remembered.set(experiment, fields);
  return fields;
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** How many layers all lists begin with alike, counted by `at`. */
function alike(
  lists: readonly (readonly Layer[])[],
  at: (list: readonly Layer[], i: number) => Layer | undefined,
) {
  const [first = [], ...others] = lists;
  const most = Math.min(...lists.map(({ length }) => length));
  let count = 0;
  while (count < most && others.every((list) => isSame(at(list, count), at(first, count)))) count++;
  return count;
}

const label = (layer: Layer) => describeLayer(layer).label;

/**
 * Lists of layers in the same place of several experiments: setting by setting where the kinds are the same, else the part
 * that is not the same in all of them.
 */
function layerFields(lists: readonly (readonly Layer[])[], path: string, where: string): Field[][] {
  if (new Set(lists.map((list) => JSON.stringify(list))).size < 2) return lists.map(() => []);
  const kinds = lists.map((list) => list.map(({ kind }) => kind));
  if (kinds.every((each) => isSame(each, kinds[0])))
    return lists.map((list) =>
      list.flatMap((layer, i) => settingsOf(layer, `${path}.${i}`, `${where} ${i + 1}: `, ['kind'])),
    );
  const head = alike(lists, (list, i) => list[i]);
  const rest = lists.map((list) => list.slice(head));
  const tail = alike(rest, (list, i) => list.at(-1 - i));
  return rest.map((list) => {
    const middle = list.slice(0, list.length - tail).map(label);
    return [{ path, name: where, text: middle.length > 0 ? middle.join(' → ') : 'nothing more' }];
  });
}

/** Fields of the trunk and of the heads, by experiment; a head that an experiment lacks is compared among the others. */
function networkFields(experiments: readonly Experiment[]): Field[][] {
  const fields = layerFields(
    experiments.map(({ trunk }) => trunk),
    'trunk',
    'trunk',
  );
  const tasks = new Map(experiments.flatMap((each) => each.tasks.map(({ id, name }) => [id, name] as const)));
  for (const [id, name] of tasks) {
    const owners = experiments.flatMap(({ heads }, i) => (heads[id] ? [{ i, layers: heads[id] }] : []));
    const ofHead = layerFields(
      owners.map(({ layers }) => layers),
      `heads.${id}`,
      `${name} head`,
    );
    for (const [k, { i }] of owners.entries()) fields[i]?.push(...(ofHead[k] ?? []));
  }
  return fields;
}

/**
 * The fields in which experiments differ: those that have two values or more among the experiments that have them at all. A
 * setting that only belongs to a choice (the momentum of one optimiser) is none where the choice says it all.
 */
export function differingFields(experiments: readonly Experiment[]): DifferingField[] {
  if (experiments.length < 2) return [];
  const network = networkFields(experiments);
  const maps = experiments.map(
    (experiment, i) =>
      new Map([...plainFields(experiment), ...(network[i] ?? [])].map((each) => [each.path, each])),
  );
  const known = new Map<string, string>();
  for (const map of maps)
    for (const { path, name } of map.values()) if (!known.has(path)) known.set(path, name);
  return [...known].flatMap(([path, name]) => {
    const values = maps.map((map) => map.get(path));
    const present = values.filter((each) => each !== undefined);
    if (new Set(present.map(({ text }) => text)).size < 2) return [];
    return [{ path, name, values, isNumeric: present.every(({ number }) => number !== undefined) }];
  });
}

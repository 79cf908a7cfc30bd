/** What one experiment changed from another, in a few plain words: runs are named by it. */
import { describeLayer, type Layer } from './layers/index.ts';
import type { Experiment } from './schema.ts';

/** Changes that are named; there may be more. */
const most = 3;

type Value = string | number | boolean | null;
type Settings = Readonly<Record<string, unknown>>;

const isSame = (before: unknown, after: unknown) => JSON.stringify(before) === JSON.stringify(after);

/** Settings by names that read better than their own. */
const names: Readonly<Record<string, string>> = {
  clipNorm: 'clipping',
  warmUp: 'warm-up',
  beta1: 'β₁',
  beta2: 'β₂',
};

/** weightDecay → "weight decay". */
export const wordsOf = (key: string) =>
  names[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Whether it can stand in a sentence as it is. */
export const isValue = (value: unknown): value is Value =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** 0.001 → "1e-3", 256 → "256". */
export function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number')
    return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential() : `${value}`;
  return value;
}

const arrow = (name: string, before: Value | undefined, after: Value | undefined) =>
  `${name} ${textOf(before)} → ${textOf(after)}`;

/** Of each setting that differs; what is no plain value is only named. */
function changesOf(
  before: Settings,
  after: Settings,
  prefix = '',
  skipped: readonly string[] = [],
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [one, other] = [before[key], after[key]];
    if (skipped.includes(key) || isSame(one, other)) return [];
    const name = `${prefix}${wordsOf(key)}`;
    const plain = (value: unknown): value is Value | undefined => value === undefined || isValue(value);
    return plain(one) && plain(other) ? [arrow(name, one, other)] : [name];
  });
}

/** Of a choice with settings: its new name where it is another, else what changed in it. */
function choiceOf<Choice extends { readonly kind: string }>(
  before: Choice,
  after: Choice,
  nameOf: (choice: Choice) => string,
): string[] {
  return before.kind === after.kind
    ? changesOf({ ...before }, { ...after }, `${nameOf(after)}: `)
    : [nameOf(after)];
}

function methodOf(before: Experiment, after: Experiment, nameOf: (kind: string) => string): string[] {
  const { kind, settings, gradients } = after.strategy;
  const name = nameOf(kind);
  const by = gradients === before.strategy.gradients ? [] : [`gradients by ${gradients}`];
  if (kind !== before.strategy.kind) return [name, ...by];
  return [...changesOf(before.strategy.settings, settings, `${name}: `), ...by];
}

function trainingOf({ training: before }: Experiment, { training: after }: Experiment): string[] {
  const span = ({ count, unit }: { count: number; unit: string }) => `${count} ${unit}`;
  const spans = (
    name: string,
    one: { count: number; unit: string },
    other: { count: number; unit: string },
  ) => (isSame(one, other) ? [] : [`${name}${span(one)} → ${span(other)}`]);
  const own = ['optimiser', 'schedule', 'length', 'validateEvery', 'earlyStopping'];
  const stopping = isSame(before.earlyStopping, after.earlyStopping)
    ? []
    : before.earlyStopping && after.earlyStopping
      ? changesOf(before.earlyStopping, after.earlyStopping, 'early stopping: ')
      : [arrow('early stopping', before.earlyStopping !== null, after.earlyStopping !== null)];
  return [
    ...changesOf(before, after, '', own),
    ...choiceOf(before.optimiser, after.optimiser, ({ kind }) => kind),
    ...choiceOf(before.schedule, after.schedule, ({ kind }) => `${kind} schedule`),
    ...spans('', before.length, after.length),
    ...spans('validation every ', before.validateEvery, after.validateEvery),
    ...stopping,
  ];
}

/** Of a list of layers: the one that changed, or what was put in or taken out, or how many there are. */
function layersOf(before: readonly Layer[], after: readonly Layer[], where: string): string[] {
  if (isSame(before, after)) return [];
  const label = (layer: Layer | undefined) => (layer ? describeLayer(layer).label : '');
  if (before.length !== after.length) {
    const [short, long, sign] = before.length < after.length ? [before, after, '+'] : [after, before, '−'];
    const place = long.findIndex((layer, i) => !isSame(layer, short[i]));
    const rest = long.toSpliced(place, long.length - short.length);
    if (!isSame(rest, short)) return [arrow(`${where} layers`, before.length, after.length)];
    return long
      .slice(place, place + long.length - short.length)
      .map((layer) => `${where} ${sign} ${label(layer)}`);
  }
  return after.flatMap((layer, i) => {
    const old = before[i];
    if (!old || isSame(old, layer)) return [];
    if (old.kind !== layer.kind) return [`${where} ${label(old)} → ${label(layer)}`];
    return changesOf({ ...old }, { ...layer }, `${where} ${i + 1}: `);
  });
}

function tasksOf({ tasks: before, heads }: Experiment, after: Experiment): string[] {
  const old = new Map(before.map((task) => [task.id, task]));
  const added = after.tasks.filter(({ id }) => !old.has(id)).map(({ name }) => `+ task ${name}`);
  const gone = before
    .filter(({ id }) => !after.tasks.some((task) => task.id === id))
    .map(({ name }) => `− task ${name}`);
  const kept = after.tasks.flatMap((task) => {
    const other = old.get(task.id);
    if (!other) return [];
    return [
      ...changesOf({ ...other }, { ...task }, `${other.name}: `, ['id']),
      ...layersOf(heads[task.id] ?? [], after.heads[task.id] ?? [], `${task.name} head`),
    ];
  });
  return [...added, ...gone, ...kept];
}

function dataOf({ data: before }: Experiment, { data: after }: Experiment): string[] {
  return before.source === after.source ? changesOf(before.settings, after.settings) : [after.source];
}

/**
 * What `after` changed from `before`: "learning rate 1e-3 → 3e-4, MGDA". The names of the experiments do not count.
 * @param methodName of a multi-task method, by its id
 * @returns empty where nothing differs
 */
export function difference(
  before: Experiment,
  after: Experiment,
  methodName: (kind: string) => string = (kind) => kind,
): string {
  const changes = [
    ...dataOf(before, after),
    ...trainingOf(before, after),
    ...methodOf(before, after, methodName),
    ...tasksOf(before, after),
    ...layersOf(before.trunk, after.trunk, 'trunk'),
    ...changesOf(before.augmentation, after.augmentation),
    ...choiceOf(before.sharing, after.sharing, ({ kind }) => `${kind} sharing`),
    ...changesOf({ seed: before.seed }, { seed: after.seed }),
  ];
  const named = changes.slice(0, most).join(', ');
  return changes.length > most ? `${named} and ${changes.length - most} more` : named;
}

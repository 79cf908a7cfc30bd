/** The fields of an experiment that a sweep may vary, read off its schema and those of its method and its data set. */
import { z } from 'zod';
import { builtinDatasets } from '#data/builtin/index.ts';
import { textOf, wordsOf, isValue } from '#experiment/difference.ts';
import { describe } from '#experiment/problem.ts';
import { experimentSchema, type Experiment } from '#experiment/schema.ts';
import { isStrategy, strategies } from '#strategies/index.ts';

/** One field, as a form offers it. */
export interface SweepField {
  /** Where it is: `training.learningRate`, `trunk.0.filters`. */
  readonly path: string;
  /** In words: "learning rate". */
  readonly label: string;
  readonly type: 'number' | 'integer' | 'switch' | 'choice';
  /** Of a number, where the schema sets them. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Of a choice; empty otherwise. */
  readonly options: readonly (string | number)[];
  /** What the experiment has there; null where nothing is set. */
  readonly value: string | number | boolean | null;
}

/** The parts of JSON Schema that the experiment uses. */
interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const known = new WeakMap<z.ZodType, JsonSchema>();

function jsonOf(schema: z.ZodType): JsonSchema {
  const before = known.get(schema);
  if (before) return before;
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  known.set(schema, json);
  return json;
}

/** What a sweep cannot vary: names and units, and what would be another experiment. */
const unfit =
  /^(version|name|data\.source|tasks\.\d+\.(id|name|column|kind)|(trunk|heads\.[^.]+)\.\d+\.kind|training\.\w+\.unit)$/;

/** The experiment's fields whose own names say too little. */
const labels: Readonly<Record<string, string>> = {
  'strategy.kind': 'method',
  'strategy.gradients': 'gradients by',
  'training.optimiser.kind': 'optimiser',
  'training.schedule.kind': 'schedule',
  'training.length.count': 'length',
  'training.validateEvery.count': 'validation every',
};

/** "Label smoothing" → "label smoothing", "Every (steps)" → "every"; what is no word stays. */
function small(title: string): string {
  const bare = title.replace(/ \(.*\)$/, '');
  return /^[A-Z][a-z]/.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
}

/** Whose field it is, where several have one of that name. */
function ownerOf({ tasks, strategy, training }: Experiment, path: readonly string[]): string {
  const [first = '', second = '', third = ''] = path;
  const task = (place: string) => tasks.find(({ id }, index) => id === place || `${index}` === place)?.name;
  const nth = (place: string) => Number(place) + 1;
  switch (first) {
    case 'trunk':
      return `trunk ${nth(second)}: `;
    case 'heads':
      return `${task(second) ?? second} head ${nth(third)}: `;
    case 'tasks':
      return `${task(second) ?? second}: `;
    case 'strategy':
      return isStrategy(strategy.kind) ? `${strategies[strategy.kind].name}: ` : '';
    case 'training':
      if (second === 'optimiser') return `${training.optimiser.kind}: `;
      if (second === 'schedule') return `${training.schedule.kind} schedule: `;
      return second === 'earlyStopping' ? 'early stopping: ' : '';
    default:
      return '';
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Place {
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly path: readonly string[];
}

/** A plain value's field; none for what has no such form. */
function leafOf({ schema, value, path }: Place, label: string): SweepField[] {
  const here = { path: path.join('.'), label, value: isValue(value) ? value : null };
  const bare = { ...here, minimum: undefined, maximum: undefined, options: [] };
  if (schema.enum) return [{ ...bare, type: 'choice', options: schema.enum }];
  switch (schema.type) {
    case 'boolean':
      return [{ ...bare, type: 'switch' }];
    case 'integer':
    case 'number': {
      // Limits at the end of safe integers are Zod's own, not the schema's.
      const real = (limit: number | undefined) =>
        limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
      const minimum = real(schema.minimum ?? schema.exclusiveMinimum);
      const maximum = real(schema.maximum ?? schema.exclusiveMaximum);
      return [{ ...bare, type: schema.type, minimum, maximum }];
    }
    default:
      return [];
  }
}

/** The kinds that a union is told apart by. */
const kindOf = (schema: JsonSchema) => schema.properties?.['kind']?.const;

/** Everything below a place of the experiment. */
function below(experiment: Experiment, place: Place): SweepField[] {
  const { schema, value, path } = place;
  const at = path.join('.');
  if (unfit.test(at)) return [];
  const inner = (key: string, of: JsonSchema | boolean | undefined, found: unknown) =>
    typeof of === 'object' ? below(experiment, { schema: of, value: found, path: [...path, key] }) : [];
  const labelled = (of: JsonSchema) =>
    leafOf(
      { ...place, schema: of },
      labels[at] ??
        `${ownerOf(experiment, path)}${small(of.title ?? schema.title ?? wordsOf(path.at(-1) ?? ''))}`,
    );
  if (at === 'strategy.kind') return labelled({ enum: Object.keys(strategies) });
  const union = schema.oneOf ?? schema.anyOf;
  if (union) {
    const options = union.filter(({ type }) => type !== 'null');
    const [only] = options;
    if (only && options.length === 1)
      return below(experiment, { ...place, schema: { title: schema.title ?? '', ...only } });
    const chosen = options.find((each) => isObject(value) && kindOf(each) === value['kind']);
    if (!chosen) return [];
    const kinds = options.flatMap((each) => (typeof kindOf(each) === 'string' ? [String(kindOf(each))] : []));
    return [
      ...inner('kind', { enum: kinds }, isObject(value) ? value['kind'] : null),
      ...below(experiment, { ...place, schema: chosen }),
    ];
  }
  if (Array.isArray(value)) return value.flatMap((each: unknown, n) => inner(`${n}`, schema.items, each));
  if (isObject(value))
    return Object.keys({ ...schema.properties, ...value }).flatMap((key) =>
      inner(key, schema.properties?.[key] ?? schema.additionalProperties, value[key]),
    );
  return schema.const === undefined ? labelled(schema) : [];
}

/** The schema of the settings that the data set and the method check themselves. */
function settingsOf({ data, strategy }: Experiment): readonly Place[] {
  const builtin = Object.values(builtinDatasets).find(({ id }) => id === data.source);
  const method = isStrategy(strategy.kind) ? strategies[strategy.kind] : undefined;
  const place = (path: readonly string[], schema: z.ZodType | undefined, value: unknown) =>
    schema ? [{ path, schema: jsonOf(schema), value }] : [];
  return [
    ...place(['data', 'settings'], builtin?.settings, data.settings),
    ...place(['strategy', 'settings'], method?.schema, strategy.settings),
  ];
}

const found = new WeakMap<Experiment, readonly SweepField[]>();

/**
 * The fields that may be swept, in the order of the document: numbers, switches and choices. More can be set by path, such
 * as a whole optimiser or list of layers; these are what a form can offer.
 */
export function sweepPaths(experiment: Experiment): readonly SweepField[] {
  const before = found.get(experiment);
  if (before) return before;
  const own = below(experiment, { schema: jsonOf(experimentSchema), value: experiment, path: [] });
  const settings = settingsOf(experiment).flatMap((place) => below(experiment, place));
  const fields = [...own.filter(({ path }) => !/^(data|strategy)\.settings\./.test(path)), ...settings];
  found.set(experiment, fields);
  return fields;
}

/** What a field is called; the last word of its path where it is none of {@link sweepPaths}. */
export function labelAt(experiment: Experiment, path: string): string {
  const byIndex = path.replace(/^tasks\.([^.]+)/, (whole, id) => {
    const index = experiment.tasks.findIndex((task) => task.id === id);
    return index === -1 ? whole : `tasks.${index}`;
  });
  const field = sweepPaths(experiment).find((each) => each.path === byIndex);
  return field?.label ?? wordsOf(path.split('.').at(-1) ?? path);
}

/** "learning rate 3e-3", "MGDA", "cosine schedule": what an experiment has at a path. */
export function wordsAt(experiment: Experiment, path: string, value: unknown): string {
  if (path === 'strategy.kind') {
    const kind = String(value);
    return isStrategy(kind) ? strategies[kind].name : kind;
  }
  if (path === 'training.optimiser.kind') return String(value);
  if (path === 'training.schedule.kind') return `${String(value)} schedule`;
  if (path === 'training.length.count') return `${String(value)} ${experiment.training.length.unit}`;
  const label = labelAt(experiment, path);
  if (isObject(value) && typeof value['kind'] === 'string') return `${label} ${value['kind']}`;
  return `${label} ${isValue(value) ? textOf(value) : describe(value)}`;
}

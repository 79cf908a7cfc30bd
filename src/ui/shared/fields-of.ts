/** Reads a flat Zod object schema as a list of form fields. */
import { z } from 'zod';

interface FieldBase {
  readonly key: string;
  readonly title: string;
  readonly help: string | undefined;
}

export interface NumberFieldSpec extends FieldBase {
  readonly type: 'number';
  readonly integer: boolean;
  /** Where the schema sets them. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Whether it may be left empty (null). */
  readonly nullable: boolean;
}

export interface ChoiceFieldSpec extends FieldBase {
  readonly type: 'choice';
  readonly options: readonly (string | number)[];
}

export interface SwitchFieldSpec extends FieldBase {
  readonly type: 'switch';
}

export interface TextFieldSpec extends FieldBase {
  readonly type: 'text';
}

export type FieldSpec = NumberFieldSpec | ChoiceFieldSpec | SwitchFieldSpec | TextFieldSpec;

/** The parts of JSON Schema that flat settings use. */
interface JsonField {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly anyOf?: readonly JsonField[];
}

const acronyms: Readonly<Record<string, string>> = {
  relu: 'ReLU',
  gelu: 'GELU',
  silu: 'SiLU',
  mse: 'MSE',
  sgd: 'SGD',
  adamw: 'AdamW',
  libmtl: 'LibMTL',
  rmse: 'RMSE',
};

/** An identifier in words: "leaky-relu" → "Leaky ReLU", "trainCount" → "Train count". */
export function inWords(identifier: string | number): string {
  const words = String(identifier)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[-_ ]/)
    .map((word) => acronyms[word.toLowerCase()] ?? word.toLowerCase());
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Limits at the end of safe integers are Zod's own, not the schema's. */
const real = (limit: number | undefined) =>
  limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;

function fieldOf(key: string, field: JsonField): FieldSpec | undefined {
  const base = { key, title: field.title ?? inWords(key), help: field.description };
  const inner = field.anyOf?.find(({ type }) => type !== 'null') ?? field;
  const nullable = field.anyOf?.some(({ type }) => type === 'null') ?? false;
  if ('const' in inner) return undefined;
  if (inner.enum) return { ...base, type: 'choice', options: inner.enum };
  switch (inner.type) {
    case 'boolean':
      return { ...base, type: 'switch' };
    case 'string':
      return { ...base, type: 'text' };
    case 'integer':
    case 'number': {
      const minimum = real(inner.minimum ?? inner.exclusiveMinimum);
      const maximum = real(inner.maximum ?? inner.exclusiveMaximum);
      return { ...base, type: 'number', integer: inner.type === 'integer', minimum, maximum, nullable };
    }
    default:
      return undefined;
  }
}

/** The fields of a flat object schema in its order; constants, lists and objects are left to the caller. */
export function fieldsOf(schema: z.ZodType): FieldSpec[] {
  const { properties = {} } = z.toJSONSchema(schema) as { properties?: Record<string, JsonField> };
  return Object.entries(properties).flatMap(([key, field]) => fieldOf(key, field) ?? []);
}

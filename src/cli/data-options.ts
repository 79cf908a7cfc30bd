/** What the reader says of pictures of their own: `--data PATH`, and the decisions that the page's import sheet asks for. */
import type { Fit } from '#data/decode-image.ts';
import { UsageError } from './usage-error.ts';

const kinds = ['classification', 'multi-label', 'regression', 'ignore'] as const;
export type WantedKind = (typeof kinds)[number];

export interface DataOptions {
  /** Folders, files, archives or files of decisions; several make a union. */
  readonly paths: readonly string[];
  /** In pixels; undefined as proposed. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly grey: boolean;
  readonly fit: Fit | undefined;
  readonly background: string | undefined;
  readonly tasks: readonly { readonly column: string; readonly kind: WantedKind }[];
  readonly answers: readonly {
    readonly column: string;
    readonly value: string;
    readonly means: 'no' | 'missing';
  }[];
  /** Shares of all samples. */
  readonly validation: number | undefined;
  readonly test: number | undefined;
  /** Name of the column whose equal values stay in one part. */
  readonly group: string | undefined;
  /** By which labels are found in file names. */
  readonly pattern: string | undefined;
  /** Where the list of what was left out goes. */
  readonly leftOut: string | undefined;
  /** Where the decisions go, for another time. */
  readonly savePlan: string | undefined;
}

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;

/** The options, for parseArgs. */
export const knownDataOptions = {
  data: texts,
  'image-size': text,
  grey: { type: 'boolean', default: false },
  fit: text,
  background: text,
  task: texts,
  answer: texts,
  validation: text,
  test: text,
  group: text,
  pattern: text,
  'left-out': text,
  'save-plan': text,
} as const;

type Values = Partial<Readonly<Record<keyof typeof knownDataOptions, string | boolean | string[]>>>;

const stringOf = (value: Values[keyof Values]) => (typeof value === 'string' ? value : undefined);
const listOf = (value: Values[keyof Values]) => (Array.isArray(value) ? value : []);

function readSize(said: string | undefined): DataOptions['size'] {
  if (said === undefined) return undefined;
  const [, wide = '', high = wide] = /^(\d{1,4})(?:[x×](\d{1,4}))?$/i.exec(said) ?? [];
  const size = { width: Number(wide), height: Number(high || wide) };
  if (wide !== '' && [size.width, size.height].every((side) => side >= 16 && side <= 512)) return size;
  throw new UsageError(`--image-size must be 16 to 512 pixels, such as 64 or 96x64, not "${said}".`);
}

function readShare(name: string, said: string | undefined): number | undefined {
  if (said === undefined) return undefined;
  const share = /^(\d+\.?\d*|\.\d+)%$/.test(said) ? Number(said.slice(0, -1)) / 100 : Number(said);
  if (said.trim() !== '' && share >= 0 && share < 1) return share;
  throw new UsageError(`--${name} must be a share, such as 0.1 or 10%, not "${said}".`);
}

function readTask(said: string): DataOptions['tasks'][number] {
  const at = said.lastIndexOf(':');
  const kind = kinds.find((each) => each === said.slice(at + 1));
  if (at > 0 && kind) return { column: said.slice(0, at), kind };
  throw new UsageError(`--task must be COLUMN:KIND, of ${kinds.join(', ')}, not "${said}".`);
}

function readAnswer(said: string): DataOptions['answers'][number] {
  const [, column = '', value = '', means] = /^(.+)=(-1|0):(no|missing)$/.exec(said) ?? [];
  if (means === 'no' || means === 'missing') return { column, value, means };
  throw new UsageError(`--answer must be COLUMN=-1:no or COLUMN=-1:missing (or =0), not "${said}".`);
}

function readFit(said: string | undefined): Fit | undefined {
  const fits: readonly Fit[] = ['cover', 'contain', 'stretch'];
  const fit = fits.find((each) => each === said);
  if (said === undefined || fit) return fit;
  throw new UsageError(`--fit must be ${fits.join(' or ')}, not "${said}".`);
}

function readBackground(said: string | undefined): string | undefined {
  if (said === undefined || /^#[0-9a-f]{6}$/i.test(said)) return said;
  throw new UsageError(`--background must be a colour such as "#ffffff", not "${said}".`);
}

/**
 * What was said of own data; undefined where nothing was.
 * @param paths named without an option, as `look PATH` has it
 * @throws UsageError where it makes no sense
 */
export function readDataOptions(values: Values, paths: readonly string[]): DataOptions | undefined {
  const places = [...paths, ...listOf(values.data)];
  const stray = Object.keys(knownDataOptions).find(
    (name) => name in values && values[name as keyof Values] !== false,
  );
  if (places.length === 0) {
    if (stray !== undefined)
      throw new UsageError(`--${stray} is about own pictures: say which, --data PATH.`);
    return undefined;
  }
  const [validation, test] = [
    readShare('validation', stringOf(values.validation)),
    readShare('test', stringOf(values.test)),
  ];
  if ((validation ?? 0.1) + (test ?? 0.1) >= 1)
    throw new UsageError('--validation and --test must leave a share for training.');
  return {
    paths: places,
    size: readSize(stringOf(values['image-size'])),
    grey: values.grey === true,
    fit: readFit(stringOf(values.fit)),
    background: readBackground(stringOf(values.background)),
    tasks: listOf(values.task).map(readTask),
    answers: listOf(values.answer).map(readAnswer),
    validation,
    test,
    group: stringOf(values.group),
    pattern: stringOf(values.pattern),
    leftOut: stringOf(values['left-out']),
    savePlan: stringOf(values['save-plan']),
  };
}

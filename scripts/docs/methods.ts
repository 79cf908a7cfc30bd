/** The part of docs/methods.md that is made from the registry of methods, so that it cannot be out of date. */
import { z } from 'zod';
import { experimentFor } from '#experiment/defaults.ts';
import { planNetwork } from '#experiment/plan.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { strategyCost } from '#experiment/strategy-cost.ts';
import { formatBytes } from '#lib/format.ts';
import { strategies } from '#strategies/index.ts';
import type { Paper, Strategy } from '#strategies/strategy.ts';

const marks = {
  start: '<!-- made by scripts/methods.mjs: start -->',
  end: '<!-- made by scripts/methods.mjs: end -->',
};

/** Five tasks of ten classes on images like those of Multi-Fashion: what costs are counted for. */
const info = {
  id: 'five',
  name: 'Five tasks',
  description: '',
  licence: '',
  source: '',
  image: { height: 36, width: 36, channels: 1 as const },
  counts: { train: 20_000, validation: 2000, test: 2000 },
  columns: Array.from({ length: 5 }, (_, t) => ({
    id: `task-${t}`,
    name: `task ${t}`,
    kind: 'class' as const,
    classes: Array.from({ length: 10 }, (__, c) => `${c}`),
  })),
};
const experiment = experimentFor(info, { source: info.id, settings: {} });
const plan = planNetwork(experiment, info);

type By = 'representation' | 'parameters';

/** "1.02×, 0 B" of arithmetic and memory over equal weights; a dash where the method cannot work so. */
function costOf(method: Strategy, by: By): string {
  const needs = stepNeeds(method, by);
  if (needs.gradients === 'none' ? by === 'parameters' : needs.gradients !== by) return '–';
  const { arithmetic, bytes } = strategyCost(plan, experiment.training, info, needs);
  return `${arithmetic.toFixed(2)}×, ${formatBytes(Math.max(0, bytes))}`;
}

const sources = { losses: 'losses', gramian: 'losses, Gramian', jacobian: 'losses, gradients' };

function needsOf({ needs, batches, observe }: Strategy): string {
  const more = [
    ...(batches ? ['of three batches'] : []),
    ...(observe ? ['and the losses after the update'] : []),
  ];
  return [sources[needs], ...more].join(' ');
}

/** How many numbers it remembers for T tasks and P parameters: "T² + 1". */
function stateOf({ initialState, schema }: Strategy): string {
  const at = (tasks: number, parameters: number) => initialState(tasks, parameters, schema.parse({})).length;
  const [one, two, three] = [at(1, 0), at(2, 0), at(3, 0)];
  const square = (three - 2 * two + one) / 2;
  const linear = two - one - 3 * square;
  const terms = [
    [at(1, 1) - one, 'TP'],
    [square, 'T²'],
    [linear, 'T'],
    [one - square - linear, ''],
  ] as const;
  const written = terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, name]) => `${factor === 1 && name ? '' : factor}${name}`);
  return written.join(' + ') || 'nothing';
}

function link({ venue, url }: Paper): string {
  return `[${venue}](${url})`;
}

function overview(): string[] {
  const rows = Object.entries(strategies as Readonly<Record<string, Strategy>>).map(([id, method]) => {
    const { name, paper } = method;
    const costs = [costOf(method, 'representation'), costOf(method, 'parameters')];
    return [name, `\`${id}\``, needsOf(method), stateOf(method), ...costs, paper ? link(paper) : ''].join(
      ' | ',
    );
  });
  return [
    'Method | id | needs | remembers | cost by representation | cost by parameters | paper',
    '--- | --- | --- | --- | --- | --- | ---',
    ...rows,
  ].map((row) => `| ${row} |`);
}

/** What JSON schema says of a setting, as far as settings use it. */
interface SettingSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly additionalProperties?: SettingSchema;
}

function rangeOf(setting: SettingSchema): string {
  if (setting.enum) return setting.enum.map((each) => `\`${each}\``).join(', ');
  if (setting.additionalProperties) return `by task id, ${rangeOf(setting.additionalProperties)}`;
  if (setting.type === 'boolean') return '`true` or `false`';
  const { minimum, exclusiveMinimum, exclusiveMaximum } = setting;
  // Zod gives whole numbers a maximum, too: the largest that there is.
  const maximum = setting.maximum === Number.MAX_SAFE_INTEGER ? undefined : setting.maximum;
  const least = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`;
  const most = exclusiveMaximum === undefined ? maximum : `below ${exclusiveMaximum}`;
  const bounds = [least, most].filter((bound) => bound !== undefined).join(' to ');
  return `${setting.type === 'integer' ? 'whole, ' : ''}${bounds || 'any number'}`;
}

function settingsOf({ schema }: Strategy): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as {
    readonly properties?: Readonly<Record<string, SettingSchema>>;
  };
  return Object.entries(properties).map(([name, setting]) => {
    const { title, description } = setting;
    const start = setting.default === undefined ? '' : ` Default \`${JSON.stringify(setting.default)}\`;`;
    const words = [title, description].filter(Boolean).join('. ');
    return `- \`${name}\`: ${words ? `${words.replace(/\.$/, '')}.` : ''}${start} ${rangeOf(setting)}.`;
  });
}

function chapter([id, method]: readonly [string, Strategy]): string[] {
  const { name, help, paper, differs } = method;
  const settings = settingsOf(method);
  return [
    `### ${name} (\`${id}\`)`,
    '',
    help,
    '',
    ...(paper ? [`${paper.authors}: [${paper.title}](${paper.url}), ${paper.venue}.`, ''] : []),
    ...(settings.length > 0 ? ['Settings:', '', ...settings, ''] : []),
    ...(differs ? [`_Beside LibMTL and TorchJD:_ ${differs}`, ''] : []),
  ];
}

/** Overview and one chapter per method, in Markdown; the formatter has the last word on its spaces. */
function made(): string {
  const chapters = Object.entries(strategies as Readonly<Record<string, Strategy>>).flatMap(chapter);
  return ['', ...overview(), '', ...chapters].join('\n');
}

/** A page with what is made put between its marks. Throws Error where it has none. */
export function withMethods(page: string): string {
  const [start, end] = [page.indexOf(marks.start), page.indexOf(marks.end)];
  if (start < 0 || end < start) throw new Error('docs/methods.md: the marks of the made part are missing.');
  return `${page.slice(0, start + marks.start.length)}\n${made()}\n${page.slice(end)}`;
}

/** What was understood of own pictures, in lines for a terminal and as JSON: what the page's import sheet shows. */
import { importers } from '#data/importers/index.ts';
import type { LeftOut } from '#data/importers/importer.ts';
import type { ColumnView, Preview } from '#data/importing/import-view.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import { formatCount } from '#lib/format.ts';
import { obstacles, type Decided } from './own-import.ts';

const kindNames = {
  class: 'classification',
  labels: 'multi-label',
  number: 'regression',
  ignore: 'ignored',
} as const;

/** How many of the commonest classes, and of what was left out, a terminal shows. */
const shownClasses = 6;
const shownLeftOut = 5;

function extentOf(plan: ColumnPlan): string {
  switch (plan.kind) {
    case 'class':
    case 'labels':
      return `${plan.classes.length} classes`;
    case 'number':
      return plan.names.length === 1 ? '1 number' : `${plan.names.length} numbers`;
    case 'ignore':
      return plan.reason;
  }
}

function columnLine({ plan, labelled, missing, unread, histogram, distinct, question }: ColumnView): string {
  const head = `  ${plan.name}: ${kindNames[plan.kind]}, ${extentOf(plan)}`;
  if (plan.kind === 'ignore') return head;
  const counts = [
    `${formatCount(labelled)} labelled`,
    ...(missing > 0 ? [`${formatCount(missing)} missing`] : []),
    ...(unread.count > 0
      ? [`${formatCount(unread.count)} not read, such as “${unread.examples[0] ?? ''}”`]
      : []),
  ];
  const common = histogram.slice(0, shownClasses).map(({ name, count }) => `${name} ${formatCount(count)}`);
  const more = distinct > shownClasses ? ', …' : '';
  const classes = plan.kind === 'number' ? '' : ` (${common.join(', ')}${more})`;
  return `${head}, ${counts.join(', ')}${classes}${question ? ' – see the question below' : ''}`;
}

const lineOf = ({ name, row, reason }: LeftOut) =>
  `  ${name}${row === undefined ? '' : `, row ${row}`}: ${reason}`;

/** What was left out, on the disk and in the files. */
export function leftOutLines({ view, unread }: Decided): string[] {
  const all = [...unread, ...view.leftOut.first];
  const count = unread.length + view.leftOut.count;
  if (count === 0) return [];
  const more = count - Math.min(count, shownLeftOut);
  return [
    `Left out: ${formatCount(count)}`,
    ...all.slice(0, shownLeftOut).map(lineOf),
    ...(more > 0 ? [`  and ${formatCount(more)} more: --left-out FILE.csv writes all of them`] : []),
  ];
}

/** All that was left out, as CSV. */
export function tableOfLeftOut({ session, unread }: Decided): string {
  const [head = '', ...rest] = session.leftOut().split(/(?<=\n)/);
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const begin = head.endsWith('\n') ? head : `${head}\r\n`;
  const lines = unread.map(({ kind, name, reason }) => `${kind},${quoted(name)},,${quoted(reason)}\r\n`);
  return [begin, ...lines, ...rest].join('');
}

const nameOfImporter = (id: string) => importers.find((each) => each.id === id)?.name ?? id;

/** Tables, columns and parts as they were understood. */
export function linesOf(decided: Decided): string[] {
  const { view, choices, problems } = decided;
  const { shape, fit } = choices.image;
  const { train, validation, test, none } = view.said;
  const said =
    none === view.samples
      ? `none said: ${formatPercentOf(choices.split.validation)} validation and ${formatPercentOf(choices.split.test)} test are drawn`
      : `${formatCount(train)} train, ${formatCount(validation)} validation, ${formatCount(test)} test as the files say${none > 0 ? `, ${formatCount(none)} without` : ''}`;
  return [
    ...view.tables.map(
      ({ name, importer, samples }) =>
        `${name}: ${formatCount(samples)} images, read as “${nameOfImporter(importer)}”`,
    ),
    `Sizes: ${view.sizes || 'unknown'}; images become ${shape.width}×${shape.height}, ${shape.channels === 1 ? 'grey' : 'colour'} (${fit})`,
    `Parts: ${said}`,
    'Columns:',
    ...view.columns.map(columnLine),
    ...leftOutLines(decided),
    ...problems.map((problem) => `Not as the file of decisions says: ${problem}`),
  ];
}

const formatPercentOf = (share: number) => `${Number((100 * share).toFixed(1))} %`;

/** The same for programs. */
export function jsonOf({ view, choices, unread, problems }: Decided, preview: Preview | null): object {
  const { name, tables, columns, samples, said, leftOut, sizes } = view;
  return {
    name,
    samples,
    said,
    parts: preview?.counts ?? null,
    sizes,
    image: choices.image,
    tables: tables.map((table) => ({
      name: table.name,
      importer: table.importer,
      samples: table.samples,
      pattern: table.pattern,
    })),
    columns: columns.map((column) => ({
      name: column.plan.name,
      kind: kindNames[column.plan.kind],
      plan: column.plan,
      labelled: column.labelled,
      missing: column.missing,
      unread: column.unread,
      distinct: column.distinct,
      histogram: column.histogram,
      question: column.question,
      problem: column.problem ?? null,
    })),
    leftOut: { count: unread.length + leftOut.count, first: [...unread, ...leftOut.first] },
    obstacles: obstacles(view),
    problems,
  };
}

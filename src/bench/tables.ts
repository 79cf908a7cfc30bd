/** A report as text: tables of Markdown, so that they can be kept in docs/benchmarks.md as they are. */
import { formatBytes } from '#lib/format.ts';
import { contenders } from './contenders/index.ts';
import type { Verdict } from './goals.ts';
import { networks, type NetworkId } from './networks.ts';
import type { Report, Result } from './results.ts';

/** Rows of cells, the first being the head; the first column is left-aligned, all others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length), 3),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Three significant digits, thousands grouped; a dash where there is nothing. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 100 ? rounded.toLocaleString('en-GB') : String(rounded);
}

const head = [
  'contender',
  'ms per step',
  'times ours',
  'JavaScript ms',
  'dispatches',
  'uploaded',
  'GFLOP/s',
  '% of peak',
  'peak memory',
  'images/s',
  'first step s',
  'loss',
];

/** The contenders of one network, and what there is to say of them. */
export function networkTable(network: NetworkId, { results, failures }: Report): string {
  const here = results.filter((result) => result.network === network);
  const ours = here.find(({ contender }) => contender === 'trunkline')?.msPerStep ?? null;
  const { name, batchSize, image } = networks[network];
  const title = `${name}, batch ${batchSize}, ${image.height}×${image.width}×${image.channels}`;
  const notes = here.flatMap(({ contender, notes: all }) =>
    all.map((note) => `- ${contenders[contender].name}: ${note}.`),
  );
  const failed = failures
    .filter((failure) => failure.network === network)
    .map(({ contender, reason }) => `- ${contenders[contender].name} was not measured: ${reason}`);
  const rows = here.map((result) => rowOf(result, ours));
  return [title, '', table([head, ...rows]), ...gap([...notes, ...failed])].join('\n');
}

function rowOf(result: Result, ours: number | null): string[] {
  const bytes = (value: number | null) => (value === null ? '–' : formatBytes(Math.round(value)));
  return [
    contenders[result.contender].name,
    figure(result.msPerStep),
    ours === null ? '–' : figure(result.msPerStep / ours),
    figure(result.jsMsPerStep),
    figure(result.dispatches),
    bytes(result.uploadedBytes),
    figure(result.gflops),
    figure(result.percentOfPeak),
    bytes(result.peakBytes),
    figure(result.imagesPerSecond),
    figure(result.startMs / 1000),
    `${figure(result.firstLoss)} → ${figure(result.lastLoss)}`,
  ];
}

/** What is not about one network. */
export function generalTable({ peak, start, page, bundleBytes }: Report): string {
  const rows: string[][] = [
    ['measured', 'figure'],
    ['arithmetic peak', `${figure(peak.gflops)} GFLOP/s`],
    ['copy bandwidth', `${figure(peak.gigabytesPerSecond)} GB/s`],
  ];
  if (start) {
    rows.push([`Train to first metrics, ${start.network}, cold`, `${figure(start.coldMs)} ms`]);
    rows.push([`Train to first metrics, ${start.network}, warm`, `${figure(start.warmMs)} ms`]);
  }
  if (page) {
    rows.push(['Train to first point in the page, cold', `${figure(page.coldFirstPointMs)} ms`]);
    rows.push(['Train to first point in the page, warm', `${figure(page.warmFirstPointMs)} ms`]);
    rows.push([`frames with over 50 ms of script in ${page.seconds} s`, String(page.longFrames)]);
    rows.push(['most script in one frame', `${figure(page.longestScriptMs)} ms`]);
  }
  for (const [name, bytes] of Object.entries(bundleBytes ?? {}))
    rows.push([`size, gzipped: ${name}`, formatBytes(bytes)]);
  return table(rows);
}

/** Goals, and by how much one is missed. */
export function goalsTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ goal, measured, wanted, unit, isAtLeast, isMet }) => {
    const shown = (value: number) => (unit === '×' ? `${figure(value)} ×` : `${figure(value)} ms`);
    const off = isAtLeast ? wanted / measured : measured / wanted;
    const verdict = isMet ? 'met' : `missed by ${figure(100 * (off - 1))} %`;
    return [goal, `${isAtLeast ? '≥' : '≤'} ${shown(wanted)}`, shown(measured), verdict];
  });
  return table([['goal', 'wanted', 'measured', 'verdict'], ...rows]);
}

const gap = (lines: readonly string[]): string[] => (lines.length > 0 ? ['', ...lines] : []);

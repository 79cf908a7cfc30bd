/** What a step costs under each multi-task method, as a table of Markdown. */
import { strategyOf } from '#strategies/index.ts';
import { networks, type NetworkId } from './networks.ts';
import type { MethodResult, Report } from './results.ts';
import { figure, table } from './tables.ts';

/** A row per method, a column per number of tasks: its time by that of equal weights, whose milliseconds are the first row. */
export function methodsTable(network: NetworkId, { methods = [], methodFailures = [] }: Report): string {
  const here = methods.filter((result) => result.network === network);
  const counts = Array.from(new Set(here.map(({ tasks }) => tasks)));
  const { name, batchSize, image } = networks[network];
  const title = `${name}, batch ${batchSize}, ${image.height}×${image.width}×${image.channels}, times equal weights:`;
  const equal = counts.map((count) => {
    const times = here.filter(({ tasks }) => tasks === count).map(({ equalMs }) => equalMs);
    return `${figure(Math.min(...times))} ms`;
  });
  const ways = new Map(here.map((result) => [`${result.kind} ${result.gradients}`, result]));
  const rows = Array.from(ways.values(), (way) => {
    const own = here.filter(({ kind, gradients }) => kind === way.kind && gradients === way.gradients);
    const cells = counts.map((count) => cell(own.find(({ tasks }) => tasks === count)));
    const by = way.needs === 'losses' ? '–' : way.gradients;
    return [strategyOf(way.kind).name, by, ...cells, dispatches(counts, own, 'engine')];
  });
  const head = ['method', 'gradients by', ...counts.map((count) => `T = ${count}`), 'dispatches'];
  const notes = methodFailures
    .filter((failure) => failure.network === network)
    .map(
      ({ kind, tasks, reason }) =>
        `- ${strategyOf(kind).name} with ${tasks} tasks was not measured: ${reason}`,
    );
  const rowOfEqual = [strategyOf('equal').name, '–', ...equal, dispatches(counts, here, 'equalEngine')];
  return [title, '', table([head, rowOfEqual, ...rows]), ...(notes.length > 0 ? ['', ...notes] : [])].join(
    '\n',
  );
}

/** Of a step, for each number of tasks. */
function dispatches(
  counts: readonly number[],
  results: readonly MethodResult[],
  of: 'engine' | 'equalEngine',
): string {
  const each = counts.map((count) => results.find(({ tasks }) => tasks === count)?.[of].dispatches);
  return each.map((count) => count ?? '–').join(', ');
}

function cell(result: MethodResult | undefined): string {
  if (!result) return '–';
  return `${result.ratio.toFixed(2)} ×${result.isSane ? '' : ' (!)'}`;
}

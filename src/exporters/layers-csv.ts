/** Inner products of the task gradients by layer as CSV, a line for each layer and measurement; back bit for bit. */
import type { LayerGramians } from '#engine/types.ts';
import { gramianColumns } from '#experiment/metric-columns.ts';
import { describe } from '#experiment/problem.ts';
import { cellOf, csvLines, exactCell } from './exact-csv.ts';
import { FileError } from './file-error.ts';

const own = ['measurement', 'step', 'milliseconds', 'layer'] as const;

function columnsOf(tasks: readonly string[]): string[] {
  return [...own, ...tasks.map((task) => `loss/${task}`), ...gramianColumns(tasks.length).slice(2)];
}

/** @param tasks their ids */
export function layersCsv(tasks: readonly string[], measured: readonly LayerGramians[]): string {
  const width = columnsOf(tasks).length - own.length - tasks.length;
  const lines = measured.flatMap(({ step, layers, gramians, losses, milliseconds }, index) =>
    layers.map((layer, l) => {
      const products = gramians.subarray(l * width, (l + 1) * width);
      // Milliseconds are no float32: JavaScript's own text of a number is exact.
      return [index, step, String(milliseconds), layer, ...[...losses, ...products].map(exactCell)].join(',');
    }),
  );
  return `${[columnsOf(tasks).join(','), ...lines].join('\n')}\n`;
}

/** The measurements again. Throws FileError naming the line. */
export async function readLayers(
  text: string,
  tasks: readonly string[],
  file: string,
): Promise<LayerGramians[]> {
  const measured: {
    head: Pick<LayerGramians, 'step' | 'milliseconds' | 'losses'>;
    layers: string[];
    products: number[];
  }[] = [];
  for await (const { line, cells } of csvLines(text, columnsOf(tasks), file)) {
    const refuse = (rule: string, found: unknown): FileError =>
      new FileError(file, { path: `line ${line}`, rule, found: describe(found), remedy: 'Export it again.' });
    const [index, step, milliseconds] = cells.slice(0, 3).map(Number);
    const [layer = ''] = cells.slice(3, 4);
    if (!/^[\w.-]{1,100}$/.test(layer)) throw refuse('must name a layer', layer);
    if (!Number.isInteger(step) || step === undefined || step < 0) throw refuse('must have a step', cells[1]);
    const numbers = cells.slice(own.length).map((_, i) => cellOf(cells, own.length + i, line, file));
    if (index === measured.length) {
      const losses = Float32Array.from(numbers.slice(0, tasks.length));
      measured.push({
        head: { step, milliseconds: milliseconds ?? Number.NaN, losses },
        layers: [],
        products: [],
      });
    }
    if (index !== measured.length - 1)
      throw refuse(`must be of measurement ${measured.length - 1} or the next`, cells[0]);
    const last = measured.at(-1);
    last?.layers.push(layer);
    last?.products.push(...numbers.slice(tasks.length));
  }
  return measured.map(({ head, layers, products }) => ({
    ...head,
    layers,
    gramians: Float32Array.from(products),
  }));
}

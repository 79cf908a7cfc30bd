/** What the plots of runs hand to the charts' own way out: a title, and a legend with the runs in their colours. */
import type { ChartInput, ChartSpec } from '../charts/chart-data.ts';
import { lookOf } from './run-look.ts';
import type { RowHead } from './table-data.ts';

/** More runs than this would make a legend larger than the picture. */
const mostNamed = 40;

export function chartSpec(id: string, title: string, subtitle: string): ChartSpec {
  return { id, title, subtitle, unit: 'value', canLog: false };
}

const none = new Float64Array(0);

/** The runs as a legend wants them: lines without points. */
export function legendOf(heads: readonly RowHead[]): ChartInput {
  const curves = heads.slice(0, mostNamed).map(({ key, name, numbers, first }) => ({
    id: key,
    name: `${numbers[0]} ${name}`,
    role: '',
    colour: lookOf(first).colour,
    dashed: false,
    step: none,
    seconds: none,
    values: none,
  }));
  const axis = { name: 'step', per: 1, from: 0, to: 1, log: false } as const;
  return { data: { curves, marks: [] }, axis, logY: false };
}

/** A run's colour and sign, as in the charts. */
import type { RunRecord } from '#stores/library.ts';
import { Swatch } from '../charts/ChartCursor.tsx';
import { lookOf } from './run-look.ts';

export function RunMark({ run }: { readonly run: Pick<RunRecord, 'colour'> }) {
  return <Swatch {...lookOf(run)} dashed={false} />;
}

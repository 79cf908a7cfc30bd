/** What a kept run took, in words: arithmetic, how fast that went, memory. */
import { costAfter } from '#experiment/run-cost.ts';
import { formatBytes, formatFlops } from '#lib/format.ts';
import type { RunRecord } from '#stores/library.ts';
import { costOf } from '#stores/run-cost.ts';

/** Names and values; undefined where it is not known. */
export function spentFacts({
  experiment,
  rows,
  seconds,
  heldBytes,
}: Pick<RunRecord, 'experiment' | 'rows' | 'seconds' | 'heldBytes'>): [string, string | undefined][] {
  const cost = costOf(experiment);
  const flops = cost ? costAfter(cost, rows).flops : 0;
  const speed = seconds > 0 ? `, at ${formatFlops(flops / seconds)}/s` : '';
  return [
    ['Arithmetic', flops > 0 ? `${formatFlops(flops)}${speed}` : undefined],
    ['Memory held', heldBytes ? formatBytes(heldBytes) : undefined],
  ];
}

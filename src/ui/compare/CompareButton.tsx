/** The way from the list of kept runs to the window that compares them. */
import { Button } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { openCompare } from '#stores/compare.ts';
import type { RunRecord } from '#stores/library.ts';

/** Compares the runs that are listed; hidden ones are hidden there, too. */
export function CompareButton({ runs }: { readonly runs: readonly RunRecord[] }) {
  const ids = runs.filter(({ hidden }) => !hidden).map(({ id }) => id);
  return (
    <Button
      leftSection={<IconChartLine size={15} aria-hidden />}
      disabled={ids.length === 0}
      onClick={() => openCompare(ids)}
    >
      {ids.length === 1 ? 'Compare it' : `Compare ${ids.length === 0 ? '' : `these ${ids.length}`}`}
    </Button>
  );
}

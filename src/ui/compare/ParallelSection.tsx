/** Several quantities at once: which axes, the lines, and how many runs the chosen parts of the axes let through. */
import { Button, Checkbox, Popover } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useId, useMemo, useRef } from 'react';
import { formatCount } from '#lib/format.ts';
import { ChartMenu } from '../charts/ChartMenu.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { firstParallel, parallelAxis, passes, quantitiesCsv } from './parallel-data.ts';
import { ParallelPlot, useBrushes } from './ParallelPlot.tsx';
import { chartSpec, legendOf } from './plot-files.ts';
import type { PlotSectionProps } from './ScatterSection.tsx';
import styles from './trade-offs.module.css';
import type { Quantity } from './trade-offs-data.ts';
import { useExtra } from './use-extra.ts';

const spec = chartSpec('parallel', 'Runs over several quantities', 'each line a run; better is up');

export function ParallelSection({ runs, heads, quantities }: PlotSectionProps) {
  const headingId = useId();
  const element = useRef<HTMLElement>(null);
  const [wanted, setWanted] = useExtra('axes');
  const [brushes, onBrush, clear] = useBrushes();
  const ids = useMemo(
    () => wanted?.split(',') ?? firstParallel(runs, quantities),
    [wanted, runs, quantities],
  );
  const axes = useMemo(
    () => inOrder(quantities.filter(({ id }) => ids.includes(id))).map(parallelAxis),
    [quantities, ids],
  );
  const through = heads.filter((_, i) => passes(axes, brushes, i));
  const isFiltered = axes.some(({ quantity }) => brushes[quantity.id] !== undefined);
  const toCsv = () => {
    const text = quantitiesCsv(
      heads,
      axes.map(({ quantity }) => quantity),
      [{ name: 'in the chosen parts', of: (head) => (through.includes(head) ? 'yes' : 'no') }],
    );
    return Promise.resolve(new Blob([text], { type: 'text/csv' }));
  };
  return (
    <section ref={element} aria-labelledby={headingId} className={styles['section']}>
      <header className={styles['head']}>
        <h3 id={headingId}>All at once</h3>
        <AxesMenu
          quantities={quantities}
          chosen={axes.map(({ quantity }) => quantity.id)}
          onChoose={(next) => setWanted(next.join(','))}
        />
        <output className="soft">
          {isFiltered
            ? `${formatCount(through.length)} of ${formatCount(heads.length)} runs lie in the chosen parts`
            : ''}
        </output>
        {isFiltered ? <TextButton onClick={clear}>Show all</TextButton> : null}
        <ChartMenu spec={spec} read={() => legendOf(through)} element={element} toCsv={toCsv} />
      </header>
      <p className="soft">
        Better is up on every axis. Drag along an axis to keep only runs that pass there, or move the ends
        with the arrow keys; a click on the axis lets all through again.
      </p>
      {axes.length === 0 ? (
        <p className={styles['nothing']}>Choose axes to see the runs over them.</p>
      ) : (
        <ParallelPlot heads={heads} axes={axes} brushes={brushes} onBrush={onBrush} />
      )}
    </section>
  );
}

/** What was set stands before what came of it. */
const inOrder = (quantities: readonly Quantity[]) => [
  ...quantities.filter(({ id }) => id.startsWith('field/')),
  ...quantities.filter(({ id }) => !id.startsWith('field/')),
];

interface AxesMenuProps {
  readonly quantities: readonly Quantity[];
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}

function AxesMenu({ quantities, chosen, onChoose }: AxesMenuProps) {
  const groups = [...new Set(quantities.map(({ group }) => group))];
  return (
    <Popover position="bottom-start" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />}>
          Axes ({chosen.length})
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles['axes'] ?? ''} aria-label="Axes">
        {groups.map((group) => (
          <fieldset key={group}>
            <legend>{group}</legend>
            {quantities
              .filter((each) => each.group === group)
              .map(({ id, name }) => (
                <Checkbox
                  key={id}
                  size="xs"
                  label={name}
                  checked={chosen.includes(id)}
                  onChange={(event) =>
                    onChoose(
                      event.currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id),
                    )
                  }
                />
              ))}
          </fieldset>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

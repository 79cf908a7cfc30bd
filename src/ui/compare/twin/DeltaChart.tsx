/** Δm over the validations, a line per task and their mean. */
import { useCallback, useMemo, useState } from 'react';
import type { Yardstick } from '#studies/delta-m.ts';
import type { ChartInput, ChartSpec, Curve } from '../../charts/chart-data.ts';
import { Chart } from '../../charts/Chart.tsx';
import { ChartLinkContext, type Cursor, Shared, type Zoom } from '../../charts/link.ts';
import { taskColour } from '../../task-colour.ts';
import { deltaCurves, type Twin } from './twin-data.ts';

/** Whatever changes comes with other props. */
const never = () => () => {};

interface DeltaChartProps {
  readonly twin: Twin;
  readonly by: Yardstick;
}

export function DeltaChart({ twin, by }: DeltaChartProps) {
  const [link] = useState(() => ({
    cursor: new Shared<Cursor | null>(null),
    zoom: new Shared<Zoom | null>(null),
  }));
  const { multi } = twin;
  const spec = useMemo(
    (): ChartSpec => ({
      id: `delta-${multi.id}`,
      title: 'Change over training',
      subtitle: '% of the task alone',
      unit: 'share',
      canLog: false,
      symmetric: true,
    }),
    [multi.id],
  );
  const read = useCallback((): ChartInput => {
    const { step, tasks, mean } = deltaCurves(twin, by);
    const curve = (id: string, name: string, colour: string, values: Float64Array, dashed = false): Curve => {
      // Where a twin has not come to yet there is no value: that is no fault to point out.
      const known = step.filter((_, index) => !Number.isNaN(values[index]));
      return {
        id,
        name,
        role: '',
        colour,
        dashed,
        step: known,
        seconds: known,
        values: values.filter((value) => !Number.isNaN(value)),
      };
    };
    const curves = [
      ...twin.multi.experiment.tasks.map(({ id, name }, index) =>
        curve(id, name, taskColour(index), tasks[index] ?? new Float64Array(step.length)),
      ),
      curve('mean', 'Δm', 'var(--ink)', mean, true),
    ];
    const axis = { name: 'step', per: 1, from: 0, to: Math.max(1, step.at(-1) ?? 1), log: false } as const;
    return {
      data: { curves, marks: [] },
      axis,
      logY: false,
      waiting: 'No validation that both have come to yet.',
    };
  }, [twin, by]);
  return (
    <ChartLinkContext value={link}>
      <Chart spec={spec} read={read} subscribe={never} height={220} />
    </ChartLinkContext>
  );
}

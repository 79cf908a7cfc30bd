/** Any two quantities against each other: their choice, the plot, what it shows in words, and the runs as a list. */
import { Checkbox } from '@mantine/core';
import { useId, useMemo, useRef } from 'react';
import type { RunRecord } from '#stores/library.ts';
import { ChartMenu } from '../charts/ChartMenu.tsx';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { chartSpec, legendOf } from './plot-files.ts';
import { quantitiesCsv } from './parallel-data.ts';
import type { RowHead } from './table-data.ts';
import styles from './trade-offs.module.css';
import { firstAxes, type Plot, plotOf, type Quantity } from './trade-offs-data.ts';
import { TradeOffsRuns } from './TradeOffsRuns.tsx';
import { TradeOffsScatter } from './TradeOffsScatter.tsx';
import { useExtra } from './use-extra.ts';

export interface PlotSectionProps {
  readonly runs: readonly RunRecord[];
  readonly heads: readonly RowHead[];
  readonly quantities: readonly Quantity[];
}

export function ScatterSection({ runs, heads, quantities }: PlotSectionProps) {
  const headingId = useId();
  const element = useRef<HTMLElement>(null);
  const first = firstAxes(runs);
  const x = useAxis('tx', first.x, quantities);
  const y = useAxis('ty', first.y, quantities);
  const { quantity: across, log: logX } = x;
  const { quantity: up, log: logY } = y;
  const log = useMemo(() => ({ x: logX, y: logY }), [logX, logY]);
  const plot = useMemo(
    () => (across && up ? plotOf(heads, across, up, log) : null),
    [heads, across, up, log],
  );
  if (!across || !up || !plot) return null;
  const spec = chartSpec('trade-offs', `${up.name} over ${across.name}`, 'each dot a run');
  const front = new Set(plot.front.map(({ head }) => head.key));
  const missing = new Set(plot.missing);
  const toCsv = () => {
    const onFront = { name: 'on the front', of: ({ key }: RowHead) => (front.has(key) ? 'yes' : 'no') };
    return Promise.resolve(new Blob([quantitiesCsv(heads, [across, up], [onFront])], { type: 'text/csv' }));
  };
  const read = () => legendOf(plot.points.map(({ head }) => head));
  return (
    <section ref={element} aria-labelledby={headingId} className={styles['section']}>
      <header className={styles['head']}>
        <h3 id={headingId}>Trade-off</h3>
        <AxisField name="Across" axis={x} quantities={quantities} />
        <AxisField name="Up" axis={y} quantities={quantities} />
        <ChartMenu spec={spec} read={read} element={element} toCsv={toCsv} />
      </header>
      <FrontWords plot={plot} x={across} y={up} />
      <div className={styles['beside']}>
        {plot.points.length > 0 ? (
          <TradeOffsScatter plot={plot} x={across} y={up} log={log} />
        ) : (
          <p className={styles['nothing']}>
            No run has numbers for both. Runs that were not validated have no results yet: train them up to a
            validation, or choose other quantities.
          </p>
        )}
        <TradeOffsRuns
          heads={heads}
          said={(head) => {
            if (missing.has(head)) return whyMissing(head, logX || logY);
            return front.has(head.key) ? 'front' : '';
          }}
          isFaint={({ key }) => front.size > 0 && !front.has(key)}
        />
      </div>
    </section>
  );
}

function whyMissing({ runs }: RowHead, log: boolean): string {
  if (runs.every(({ validations }) => validations.length === 0)) return 'not validated';
  return log ? 'no number above zero' : 'no number';
}

interface AxisChoice {
  readonly quantity: Quantity | undefined;
  readonly log: boolean;
  readonly set: (id: string, log: boolean) => void;
}

/** A quantity in the address, with an exclamation mark before it where its axis is logarithmic. */
function useAxis(name: string, first: string, quantities: readonly Quantity[]): AxisChoice {
  const [text, setText] = useExtra(name);
  const id = text?.replace(/^!/, '') ?? first;
  const quantity =
    quantities.find((each) => each.id === id) ??
    quantities.find((each) => each.id === first) ??
    quantities[0];
  return {
    quantity,
    log: text?.startsWith('!') ?? false,
    set: (next, log) => setText(next === first && !log ? null : `${log ? '!' : ''}${next}`),
  };
}

interface AxisFieldProps {
  readonly name: string;
  readonly axis: AxisChoice;
  readonly quantities: readonly Quantity[];
}

function AxisField({ name, axis: { quantity, log, set }, quantities }: AxisFieldProps) {
  const id = useId();
  if (!quantity) return null;
  const of = (wanted: string) => quantities.find((each) => each.id === wanted);
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{name}</label>
      <ChoiceField
        id={id}
        value={quantity.id}
        options={quantities.map((each) => each.id)}
        labelOf={(each) => of(each)?.name ?? each}
        groupOf={(each) => of(each)?.group ?? ''}
        onCommit={(next) => set(next, log)}
      />
      <Checkbox
        size="xs"
        label="log"
        aria-label={`${name}, logarithmic`}
        checked={log}
        onChange={(event) => set(quantity.id, event.currentTarget.checked)}
      />
    </div>
  );
}

/** What the plot shows, in a sentence. */
function FrontWords({ plot, x, y }: { readonly plot: Plot; readonly x: Quantity; readonly y: Quantity }) {
  const { front, points } = plot;
  if (points.length === 0) return null;
  if (x.id === y.id)
    return <p className="soft">Choose two different quantities to see what one costs in the other.</p>;
  const neutral = [x, y].find(({ direction }) => direction === null);
  if (neutral)
    return (
      <p className="soft">
        There is no front here: neither more nor less of “{neutral.name}” is better in itself.
      </p>
    );
  const names = front.map(({ head }) => head.numbers[0]).join(', ');
  return (
    <p className="soft">
      {front.length === 1
        ? `Run ${names} is at least as good as every other in both.`
        : `On the Pareto front: runs ${names}. No other run is better in one of the two without being worse in the other.`}{' '}
      {points.length > front.length ? 'The faint ones are worth choosing only for something else.' : ''}
    </p>
  );
}

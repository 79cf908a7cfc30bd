/**
 * One chart. Its lines are drawn as plain SVG paths rather than with recharts: measured on two cores, recharts 3 took
 * 41 ms to show four lines of 800 points anew, this takes about 2 ms, and a page has half a dozen charts, ten times a second.
 */
import { useCallback, useId, useMemo, useRef } from 'react';
import { useElementSize } from '@mantine/hooks';
import type { ChartInput, ChartSpec } from './chart-data.ts';
import { mostValues, Readout } from './ChartCursor.tsx';
import { ChartCanvas } from './ChartCanvas.tsx';
import { ChartDrawing } from './ChartDrawing.tsx';
import { ChartMenu } from './ChartMenu.tsx';
import { ChartSurface } from './ChartSurface.tsx';
import { useGradually } from './framed.ts';
import { LastValues } from './LastValues.tsx';
import { layOutGradually, type Layout, type Size } from './layout.ts';
import { useChartLink, useShared } from './link.ts';
import { readAt } from './readings.ts';
import styles from './charts.module.css';

interface ChartProps<Spec extends ChartSpec> {
  readonly spec: Spec;
  /** What to show now; called again when `subscribe` says that it has changed. */
  readonly read: (spec: Spec) => ChartInput;
  readonly subscribe: (changed: () => void) => () => void;
  readonly height?: number;
  /** Its numbers as a table, where it is another than step by step. */
  readonly toCsv?: (spec: Spec) => Promise<Blob>;
}

export function Chart<Spec extends ChartSpec>(props: ChartProps<Spec>) {
  const { spec, read, subscribe, height = 176, toCsv } = props;
  const { ref, width } = useElementSize();
  const element = useRef<HTMLElement>(null);
  const headingId = useId();
  const clipId = `${useId()}clip`;
  const draw = useCallback(() => drawn(spec, read, { width, height }), [spec, read, width, height]);
  const layout = useGradually(draw, subscribe);
  const drawing = useMemo(
    () =>
      layout ? (
        <>
          <ChartDrawing layout={layout} clipId={clipId} />
          {layout.onCanvas.length > 0 ? <ChartCanvas layout={layout} /> : null}
        </>
      ) : null,
    [layout, clipId],
  );
  return (
    <section className={styles['chart']} ref={element} aria-labelledby={headingId} data-chart={spec.id}>
      <header className={styles['head']}>
        <h3 id={headingId}>{spec.title}</h3>
        <Subtitle spec={spec} layout={layout} />
        <ChartMenu spec={spec} read={read} layout={layout} element={element} {...(toCsv ? { toCsv } : {})} />
      </header>
      <div ref={ref} className={styles['plot']} style={{ minHeight: height }}>
        {layout ? (
          <ChartSurface spec={spec} layout={layout}>
            {drawing}
          </ChartSurface>
        ) : null}
      </div>
      {layout ? <LastValues spec={spec} data={layout.input.data} /> : null}
    </section>
  );
}

/** The drawing, in pieces; null where there is no room yet. */
function* drawn<Spec extends ChartSpec>(
  spec: Spec,
  read: (spec: Spec) => ChartInput,
  size: Size,
): Generator<undefined, Layout | null> {
  return size.width > 0 ? yield* layOutGradually(spec, read(spec), size) : null;
}

/** What the chart is in, or, while the pointer is in another chart, its values there. */
function Subtitle({ spec, layout }: { readonly spec: ChartSpec; readonly layout: Layout | null }) {
  const cursor = useShared(useChartLink().cursor);
  const isRead = cursor && cursor.source !== spec.id;
  if (!layout || !isRead || layout.input.data.curves.length > mostValues)
    return <span className={styles['subtitle']}>{spec.subtitle}</span>;
  const { data, axis } = layout.input;
  return <Readout unit={spec.unit} readings={readAt(data, axis, cursor.x)} />;
}

/** Runs over two quantities: a dot each, and the edge of what the best of them leave behind. */
import { useElementSize } from '@mantine/hooks';
import { CartesianGrid, ScatterChart, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { memo, useCallback, useMemo } from 'react';
import { useMarked, usePointer } from './pointing.tsx';
import { lookOf } from './run-look.ts';
import type { RowHead } from './table-data.ts';
import styles from './trade-offs.module.css';
import {
  axisOf,
  type Plot,
  type PlotAxis,
  type PlotPoint,
  type Quantity,
  stepsOf,
  tell,
} from './trade-offs-data.ts';

const height = 380;
const margin = { top: 18, right: 18, bottom: 0, left: 0 };
/** Points that have room for their numbers. */
const roomForNumbers = 60;

/** `allowDataOverflow`: without points of its own, recharts takes its domain from here. */
const axis = {
  type: 'number',
  allowDataOverflow: true,
  tickLine: false,
  axisLine: false,
  tickMargin: 6,
  interval: 0,
} as const;

interface TradeOffsScatterProps {
  readonly plot: Plot;
  readonly x: Quantity;
  readonly y: Quantity;
  readonly log: { readonly x: boolean; readonly y: boolean };
}

const spread = (values: readonly (readonly [mean: number, deviation: number])[]) =>
  values.flatMap(([mean, deviation]) =>
    Number.isFinite(deviation) ? [mean - deviation, mean, mean + deviation] : [mean],
  );

const asProps = ({ scale, ticks }: PlotAxis) => ({
  domain: [scale.from, scale.to],
  scale: scale.log ? ('log' as const) : ('linear' as const),
  ticks: ticks.map(({ value }) => value),
  tickFormatter: (value: number) => ticks.find((tick) => tick.value === value)?.text ?? '',
});

/** What stands at an axis: the quantity, its unit, and which way is better. */
function titleOf({ name, unit, direction }: Quantity, [more, less]: readonly [string, string]): string {
  const inUnit = unit === 'share' ? `${name}, %` : name;
  if (direction === null) return inUnit;
  return direction === 'higher' ? `${inUnit} (better ${more})` : `${inUnit} (better ${less})`;
}

/** Drawn anew only with the plot: what is pointed at finds its place by itself. */
export const TradeOffsScatter = memo(function TradeOffsScatter(props: TradeOffsScatterProps) {
  const { plot, x, y, log } = props;
  const { ref, width } = useElementSize();
  const [across, up] = useMemo(() => {
    const { points } = plot;
    const place = { start: 0, end: 1 };
    return [
      axisOf(spread(points.map((point) => [point.x, point.deviationX])), x.unit, log.x, {
        ...place,
        count: Math.max(2, Math.floor(width / 90)),
      }),
      axisOf(spread(points.map((point) => [point.y, point.deviationY])), y.unit, log.y, {
        ...place,
        count: 6,
      }),
    ];
  }, [plot, x, y, log.x, log.y, width]);
  const xLabel = { value: titleOf(x, ['→', '←']), position: 'insideBottom', offset: 2 } as const;
  const yLabel = { value: titleOf(y, ['↑', '↓']), angle: -90, position: 'insideLeft', offset: 8 } as const;
  return (
    <div ref={ref} className={styles['plot']} style={{ height }}>
      {width > 0 ? (
        <ScatterChart width={width} height={height} margin={margin} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--grid)" />
          <XAxis {...axis} {...asProps(across)} dataKey="x" height={44} label={xLabel} />
          <YAxis
            {...axis}
            {...asProps(up)}
            dataKey="y"
            width={66}
            label={{ ...yLabel, style: { textAnchor: 'middle' } }}
          />
          <Dots {...props} across={across} up={up} width={width} />
        </ScatterChart>
      ) : null}
    </div>
  );
});

interface DotsProps extends TradeOffsScatterProps {
  readonly across: PlotAxis;
  readonly up: PlotAxis;
  readonly width: number;
}

interface Placed {
  readonly point: PlotPoint;
  readonly cx: number;
  readonly cy: number;
}

function Dots({ plot, x, y, across, up, width }: DotsProps) {
  const { onLit, onPin } = usePointer();
  const atX = useXAxisScale();
  const atY = useYAxisScale();
  const markDrawing = useCallback((layer: SVGElement | null) => {
    // What is saved as a picture; recharts' own element takes no such attribute.
    layer?.ownerSVGElement?.setAttribute('data-drawing', '');
  }, []);
  if (!atX || !atY) return null;
  const place = (point: PlotPoint): Placed => ({ point, cx: atX(point.x) ?? 0, cy: atY(point.y) ?? 0 });
  const worstX = x.direction === 'lower' ? across.scale.to : across.scale.from;
  const worstY = y.direction === 'lower' ? up.scale.to : up.scale.from;
  const front = plot.front.map(place).map(({ cx, cy }) => ({ x: cx, y: cy }));
  const placed = plot.points.map(place);
  const isRoomy = placed.length <= roomForNumbers;
  return (
    <g ref={markDrawing}>
      <path
        className={styles['front']}
        data-front
        d={stepsOf(front, { x: atX(worstX) ?? 0, y: atY(worstY) ?? 0 })}
      />
      {placed.map(({ point, cx, cy }) => (
        <g
          key={point.head.key}
          data-run={point.head.key}
          data-front={point.onFront ?? undefined}
          className={styles['dot']}
          style={{ color: lookOf(point.head.first).colour }}
          data-faint={point.onFront === false || undefined}
          onPointerEnter={() => onLit(point.head.key)}
          onPointerLeave={() => onLit(null)}
          onClick={() => onPin(point.head.key)}
        >
          <Whiskers point={point} cx={cx} cy={cy} atX={atX} atY={atY} />
          <circle cx={cx} cy={cy} r={14} fill="transparent" />
          <circle cx={cx} cy={cy} r={point.onFront ? 5.5 : 4.5} fill="currentColor" />
          {isRoomy || point.onFront ? (
            <text x={cx + 8} y={cy - 6}>
              {point.head.numbers.length > 2 ? `${point.head.numbers[0]}…` : point.head.numbers.join(', ')}
            </text>
          ) : null}
        </g>
      ))}
      <Label placed={placed} x={x} y={y} width={width} />
    </g>
  );
}

type PixelOf = (value: number) => number | undefined;

/** Standard deviations over seeds. */
function Whiskers({ point, cx, cy, atX, atY }: Placed & { readonly atX: PixelOf; readonly atY: PixelOf }) {
  const { x, y, deviationX, deviationY } = point;
  const ends = (at: PixelOf, mean: number, deviation: number) => {
    const [low, high] = [at(mean - deviation), at(mean + deviation)];
    return low !== undefined && high !== undefined && Number.isFinite(low + high) ? { low, high } : null;
  };
  const [across, up] = [ends(atX, x, deviationX), ends(atY, y, deviationY)];
  return (
    <path
      className={styles['whisker']}
      d={`${across ? `M${across.low},${cy}H${across.high}` : ''}${up ? `M${cx},${up.low}V${up.high}` : ''}`}
    />
  );
}

interface LabelProps {
  readonly placed: readonly Placed[];
  readonly x: Quantity;
  readonly y: Quantity;
  readonly width: number;
}

/** Names longer than this are cut in the plot; the list beside it has them whole. */
const longest = 36;
const cut = (name: string) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);

/** Name and values of the run that is pointed at, where they have room. */
function Label({ placed, x, y, width }: LabelProps) {
  const { lit } = useMarked();
  const chosen = placed.find(({ point }) => point.head.key === lit);
  if (!chosen) return null;
  const { point, cx, cy } = chosen;
  const isLeft = cx > width / 2;
  const at = cy < 60 ? cy + 22 : cy - 26;
  const place = { x: cx + (isLeft ? -12 : 12), textAnchor: isLeft ? ('end' as const) : ('start' as const) };
  return (
    <g className={styles['label']} pointerEvents="none">
      <circle cx={cx} cy={cy} r={8} fill="none" stroke="var(--ink)" strokeWidth={1.5} />
      <text {...place} y={at} fontWeight={600}>
        {cut(nameOfHead(point.head))}
      </text>
      <text {...place} y={at + 14}>
        {tell(x, point.x)} · {tell(y, point.y)}
      </text>
    </g>
  );
}

const nameOfHead = ({ numbers, name }: RowHead) => `${numbers[0]} ${name}`;

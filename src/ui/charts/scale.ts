/** Axes as numbers: linear and logarithmic scales, round domains, ticks and how they are written. */
import { formatValue } from '#lib/format.ts';

export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
  /** Value → pixel. */
  readonly at: (value: number) => number;
  /** Pixel → value. */
  readonly invert: (pixel: number) => number;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** A scale of values from…to over pixels start…end. */
export function scaleOf(from: number, to: number, start: number, end: number, log: boolean): Scale {
  const bend = log ? Math.log : (value: number) => value;
  const unbend = log ? Math.exp : (value: number) => value;
  const low = bend(from);
  const span = bend(to) - low || 1;
  return {
    from,
    to,
    log,
    at: (value) => start + ((bend(value) - low) / span) * (end - start),
    invert: (pixel) => unbend(low + ((pixel - start) / (end - start)) * span),
  };
}

/** The round number (1, 2, 2.5 or 5 times a power of ten) at or just above a positive size. */
export function roundUp(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Distance of about `count` ticks over a span; a quarter more are taken rather than half as many. */
function tickStep(span: number, count: number): number {
  return roundUp(span / Math.max(1, count * 1.25));
}

/** Multiples of a round step within from…to. */
export function linearTicks(from: number, to: number, count: number): number[] {
  const step = tickStep(to - from, count);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => tidy((first + i) * step));
}

/** Powers of ten within from…to, with 2 and 5 between them, or thinned out, as the room allows. */
export function logTicks(from: number, to: number, count: number): number[] {
  const decades = Math.log10(to / from);
  if (decades < 1) return linearTicks(from, to, count);
  const digits = decades * 3 <= count ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / count));
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    if (power % every !== 0) continue;
    for (const digit of digits) ticks.push(tidy(digit * 10 ** power));
  }
  return ticks.filter((tick) => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
}

/** Without the digits that floating point adds: 0.30000000000000004 → 0.3. */
const tidy = (value: number) => Number(value.toPrecision(12));

/** A domain widened to round ends. Shares stay within 0…1; values that reach down near zero start there. */
export function roundDomain(low: number, high: number, share: boolean, count: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const isFlat = low === high;
  const from = low >= 0 && (isFlat || low < 0.4 * high) ? 0 : low;
  const to = isFlat ? high + (Math.abs(high) || 1) * 0.25 : high;
  const step = tickStep(to - from, count);
  const ends: [number, number] = [
    tidy(Math.floor(from / step + 1e-9) * step),
    tidy(Math.ceil(to / step - 1e-9) * step),
  ];
  return share ? [Math.max(0, ends[0]), Math.min(1, ends[1])] : ends;
}

/** A domain with zero in its middle and round ends. */
export function symmetricDomain(low: number, high: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const end = Number.isFinite(size) && size > 0 ? tidy(roundUp(size)) : 1;
  return [-end, end];
}

/** The domain of a logarithmic axis over positive values: whole decades, or round numbers where it is narrow. */
export function roundLogDomain(low: number, high: number): [number, number] {
  if (!(low > 0) || !Number.isFinite(high)) return [0.1, 1];
  if (high / low < 10) {
    const step = 10 ** Math.floor(Math.log10(low));
    const from = Math.floor(low / step + 1e-9) * step;
    const to = Math.ceil(high / step - 1e-9) * step;
    return [tidy(from), tidy(to > from ? to : from + step)];
  }
  return [floorDigit(low), ceilDigit(high)];
}

const digitsOf = [1, 2, 5, 10];

function floorDigit(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return tidy((digitsOf.findLast((digit) => digit * power <= value * (1 + 1e-9)) ?? 1) * power);
}

function ceilDigit(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return tidy((digitsOf.find((digit) => digit * power >= value * (1 - 1e-9)) ?? 10) * power);
}

/** 12500 → "12.5k", 2000000 → "2M". */
export function compactNumber(value: number): string {
  for (const [size, letter] of [
    [1e18, 'E'],
    [1e15, 'P'],
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size) return `${tidy(Number((value / size).toPrecision(4)))}${letter}`;
  }
  return `${tidy(value)}`;
}

/** Ticks of a value axis, all with as many decimals as the finest needs; shares in per cent without the sign. */
export function valueTicks(values: readonly number[], share: boolean): Tick[] {
  const shown = share ? values.map((value) => value * 100) : values;
  const largest = shown.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest !== 0 && (largest < 1e-2 || largest >= 1e4))
    return values.map((value, i) => ({ value, text: scientific(shown[i] ?? value) }));
  const decimals = shown.reduce((most, value) => Math.max(most, decimalsOf(value)), 0);
  return values.map((value, i) => ({ value, text: minus((shown[i] ?? value).toFixed(decimals)) }));
}

/** Ticks of a logarithmic value axis, each written by itself. */
export function logValueTicks(values: readonly number[], share: boolean): Tick[] {
  return values.map((value) => {
    const shown = share ? value * 100 : value;
    return { value, text: shown < 1e-2 || shown >= 1e4 ? scientific(shown) : `${tidy(shown)}` };
  });
}

function scientific(value: number): string {
  if (value === 0) return '0';
  return minus(value >= 1e4 ? compactNumber(value) : value.toExponential().replace('e+', 'e'));
}

const minus = (text: string) => text.replace(/^-/, '−');

/** Decimals that a tidied number is written with, at most 6. */
function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < 6; decimals++) {
    if (Math.abs(value - Number(value.toFixed(decimals))) < 1e-9 * Math.max(1, Math.abs(value)))
      return decimals;
  }
  return 6;
}

/** A measured value as the tooltip writes it: four digits, also where the last are zeros, so that columns line up. */
export function formatReading(value: number, share: boolean): string {
  if (!Number.isFinite(value)) return formatValue(value);
  if (share) return `${(value * 100).toFixed(1)} %`;
  const size = Math.abs(value);
  return minus(size >= 0.01 && size < 1000 ? value.toPrecision(4) : formatValue(value));
}

/** How far the axis of a growing run reaches: the next round number, at most the planned end. */
export function growingEnd(reached: number, planned: number): number {
  const end = reached > 0 ? roundUp(reached) : 1;
  return planned > 0 && reached <= planned ? Math.min(planned, Math.max(end, Math.min(planned, 10))) : end;
}

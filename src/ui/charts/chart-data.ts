/** What a chart is told: curves as typed arrays, and how its axes read. */
import type { Sign } from './signs.ts';

/** A region around a line, as from its mean less to its mean plus its standard deviation. Both as long as the line. */
export interface Band {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A line over the steps of a run. The arrays have one length and grow along; steps and seconds ascend. */
export interface Curve {
  readonly id: string;
  /** Short name in the tooltip: "top left". */
  readonly name: string;
  /** What sort of line: "train", "validation"; empty where there is only one sort. */
  readonly role: string;
  /** CSS colour. */
  readonly colour: string;
  readonly dashed: boolean;
  /** A second CSS colour, in stripes: the line belongs to two tasks. */
  readonly stripe?: string;
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  /** Measured values; not finite where there is a gap. */
  readonly values: Float64Array;
  /** The same values smoothed; left out where the curve is shown as measured. */
  readonly smoothed?: Float64Array | undefined;
  /** Ascending positions on the axis, where these are neither steps nor seconds. */
  readonly x?: Float64Array | undefined;
  /** Stands on the line from place to place: tells curves of one colour apart. */
  readonly sign?: Sign | undefined;
  /** Drawn behind the line. */
  readonly band?: Band | undefined;
  /** Curves of one row share a line in the tooltip; those of one name where left out. */
  readonly row?: string | undefined;
}

/** A place on the x axis worth a mark. */
export interface Mark {
  readonly step: number;
  readonly seconds: number;
  readonly label: string;
}

export interface ChartData {
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
}

/** `share`: 0…1, drawn in per cent; `value`: a plain number. */
export type Unit = 'share' | 'value';

/** The x axis that all charts of a page share. `passes`: backward passes through the shared layers. */
export interface Axis {
  readonly name: 'step' | 'epoch' | 'seconds' | 'flops' | 'passes';
  /** Steps per unit: 1, or the steps of an epoch. Positions are steps (or seconds) everywhere but in what is written. */
  readonly per: number;
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
}

/** What a chart shows, for as long as its run lasts. */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly unit: Unit;
  /** Whether it follows the switch for a logarithmic y axis. */
  readonly canLog: boolean;
  /** Whether zero stays in the middle of the y axis: the sign matters most. */
  readonly symmetric?: boolean;
}

/** Everything that a drawing follows from. */
export interface ChartInput {
  readonly data: ChartData;
  readonly axis: Axis;
  readonly logY: boolean;
  /** Whether the measured lines behind the smoothed ones are left out: among very many they would cover everything. */
  readonly isRawHidden?: boolean;
  /** Said in place of "no values yet", as while they are being loaded. */
  readonly waiting?: string | undefined;
}

/** Positions of a curve, or of a mark, on the axis. */
export function positions(curve: Curve, axis: Axis): Float64Array;
export function positions(mark: Mark, axis: Axis): number;
export function positions(place: Curve | Mark, axis: Axis): Float64Array | number {
  if ('x' in place && place.x) return place.x;
  return axis.name === 'seconds' ? place.seconds : place.step;
}

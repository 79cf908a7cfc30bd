/** What a chart is told: curves as typed arrays, and how its axes read. */

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
  readonly smoothed?: Float64Array;
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

/** The x axis that all charts of a page share. */
export interface Axis {
  readonly name: 'step' | 'epoch' | 'seconds';
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
}

/** Positions of a curve, or of a mark, on the axis. */
export function positions<Place extends { step: unknown; seconds: unknown }>(
  place: Place,
  axis: Axis,
): Place['step'] | Place['seconds'] {
  return axis.name === 'seconds' ? place.seconds : place.step;
}

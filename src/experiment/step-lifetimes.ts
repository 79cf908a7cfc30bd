/** What lives when in one training step, in numbers: the engine gives results that never live together one buffer. */
import type { Lifetime } from '#lib/lifetimes.ts';
import { sizeOf } from '#lib/shape.ts';
import type { LayerPlan, NetworkPlan } from './plan.ts';
import { stepNeeds, type StepNeeds } from './step-needs.ts';

/** Numbers that the sum of a layer's gradient takes on its way: about as many on every adapter. */
const partialSums = 400_000;

/** When a layer is at work on one batch of a step. */
interface Shift {
  readonly layer: LayerPlan;
  readonly forward: number;
  /**
   * The first of three moments backward, which make the gradient before its activation, those of its parameters and that of
   * its input: once, for each task, or never where another batch does for all.
   */
  readonly backward: readonly number[];
  /** Until when its output is needed, at least. */
  readonly seen: number;
  /** Until when the gradient of its input is needed, at least; undefined where nobody asks for it. */
  readonly passedOn: number | undefined;
}

/** All shifts of a step, and the moment at which the method has all gradients that it looks at. */
interface Timetable {
  readonly shifts: readonly Shift[];
  readonly method: number;
  readonly end: number;
}

/**
 * The order of a step: all batches forward, the heads of each backward, then the trunk. A method that looks at the gradients
 * by the trunk's parameters has the trunk go back for each task of each batch before it decides, one that looks at those by
 * the representation afterwards and once.
 */
function timetableOf({ trunk, heads }: NetworkPlan, { gradients, batches }: StepNeeds): Timetable {
  const layers = [...trunk, ...heads.flatMap((head) => head.layers)];
  const taskOf = new Map(heads.flatMap((head, t) => head.layers.slice(0, 1).map((layer) => [layer, t])));
  const span = 3 * trunk.length;
  const headSpan = 3 * (layers.length - trunk.length);
  const passes = gradients === 'parameters' ? heads.length : 1;
  const headsBack = batches * layers.length;
  const trunkBack = headsBack + batches * headSpan;
  const method = gradients === 'representation' ? trunkBack : trunkBack + batches * passes * span;
  const shiftOf = (layer: LayerPlan, i: number, b: number): Shift => {
    const forward = b * layers.length + i;
    const ownBack = headsBack + b * headSpan;
    const goesBack = gradients === 'parameters' || b === 0;
    const pass = (p: number) => trunkBack + (b * passes + p) * span;
    const place = 3 * (trunk.length - 1 - i);
    const trunkTimes = goesBack ? Array.from({ length: passes }, (_, p) => pass(p) + place) : [];
    const backward = i < trunk.length ? trunkTimes : [ownBack + 3 * (layers.length - 1 - i)];
    const seen = i === trunk.length - 1 ? ownBack + headSpan : forward + 1;
    const task = taskOf.get(layer);
    // What the heads make of the trunk's output waits until the trunk goes on, or the method has looked at it.
    const passedOn = task === undefined ? 0 : pass(gradients === 'parameters' ? task : 0);
    return { layer, forward, backward, seen, passedOn: i === 0 ? undefined : passedOn };
  };
  const shifts = Array.from({ length: batches }, (_, b) =>
    layers.map((layer, i) => shiftOf(layer, i, b)),
  ).flat();
  return { shifts, method, end: trunkBack + batches * passes * span + Math.max(layers.length, 4) };
}

/** What a layer makes on its way, but for the gradients of its parameters. */
function lifetimesOfLayer({ layer, forward, backward, seen, passedOn }: Shift, batch: number): Lifetime[] {
  const [into, out] = [batch * sizeOf(layer.input), batch * sizeOf(layer.output)];
  const last = backward.at(-1) ?? forward;
  return [
    // Where something else was kept for the gradient, only what follows needs the output.
    { size: out, first: forward, last: Math.max(seen, batch * layer.kept >= 2 * out ? last - 2 : last) },
    { size: batch * layer.kept - out, first: forward, last },
    ...backward.flatMap((first) => [
      { size: layer.parameterCount > 0 ? out : 0, first, last: first + 2 },
      { size: Math.min(512 * layer.parameterCount, partialSums), first: first + 1, last: first + 1 },
      { size: passedOn === undefined ? 0 : into, first: first + 2, last: Math.max(first + 3, passedOn ?? 0) },
    ]),
  ];
}

/** What all layers make on their way, and the images. */
function lifetimesOfLayers({ input }: NetworkPlan, shifts: readonly Shift[], batch: number): Lifetime[] {
  const images = shifts
    .filter(({ passedOn }) => passedOn === undefined)
    .map(({ forward, backward }) => ({
      size: batch * sizeOf(input),
      first: forward,
      last: (backward.at(-1) ?? forward) + 1,
    }));
  return [...images, ...shifts.flatMap((shift) => lifetimesOfLayer(shift, batch))];
}

/**
 * The gradients of the parameters: of several, one is made before all are updated at the end, layer by layer or, where the
 * method works on a matrix of them, out of that.
 */
function lifetimesOfGradients({ shifts, method, end }: Timetable, matrix: boolean): Lifetime[] {
  const layers = [...new Set(shifts.map(({ layer }) => layer))];
  return layers.flatMap((layer, i): Lifetime[] => {
    const size = layer.parameterCount;
    const times = shifts.filter((shift) => shift.layer === layer).flatMap(({ backward }) => backward);
    const made = times.map((first) => first + 1);
    if (made.length === 1) return made.map((first) => ({ size, first, last: end }));
    const seen = Math.max(method + (matrix ? 0 : i), ...made);
    const combined = matrix ? Math.max(method + 3, seen) : seen;
    return [...made.map((first) => ({ size, first, last: seen })), { size, first: combined, last: end }];
  });
}

/**
 * What a method works with, on gradients of `length` numbers: their sum where it is to go back through the trunk or, of
 * those that need a matrix, its rows, then the matrix, then what it makes of it and remembers, then a direction.
 */
function lifetimesOfMethod({ method, end }: Timetable, needs: StepNeeds, rows: number, length: number) {
  const direction = { size: length, first: method, last: method + 1 };
  if (!needs.matrix) return needs.gradients === 'representation' ? [direction] : [];
  const size = rows * length;
  const kept = needs.keepsMatrix ? size : 0;
  return [
    { size, first: method, last: method + 1 },
    { size, first: method + 1, last: method + 2 },
    { size: kept, first: method + 2, last: method + 2 },
    { size: kept, first: method + 2, last: end },
    { ...direction, first: method + 2, last: method + 3 },
  ];
}

const measuring = stepNeeds({ needs: 'gramian' }, 'parameters');

/** All that lives while the gradients of the tasks are measured beside training: each layer's until it has been looked at. */
export function lifetimesOfMeasuring(plan: NetworkPlan, batch: number): Lifetime[] {
  const { shifts, method } = timetableOf(plan, measuring);
  const gradients = shifts
    .slice(0, plan.trunk.length)
    .flatMap(({ layer, backward }, i) =>
      backward.map((first) => ({ size: layer.parameterCount, first: first + 1, last: method + i })),
    );
  return [...lifetimesOfLayers(plan, shifts, batch), ...gradients].filter(({ size }) => size > 0);
}

/** All that lives in a step on `batch` samples. */
export function lifetimesOfStep(plan: NetworkPlan, batch: number, needs: StepNeeds): Lifetime[] {
  const timetable = timetableOf(plan, needs);
  const length =
    needs.gradients === 'parameters' ? plan.sharedParameterCount : batch * sizeOf(plan.representation);
  return [
    ...lifetimesOfLayers(plan, timetable.shifts, batch),
    ...lifetimesOfGradients(timetable, needs.matrix),
    ...lifetimesOfMethod(timetable, needs, needs.batches * plan.heads.length, length),
  ].filter(({ size }) => size > 0);
}

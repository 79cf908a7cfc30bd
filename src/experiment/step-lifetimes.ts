/** What lives when in one training step, in numbers: the engine gives results that never live together one buffer. */
import type { Lifetime } from '#lib/lifetimes.ts';
import { sizeOf } from '#lib/shape.ts';
import type { LayerPlan, NetworkPlan } from './plan.ts';
import type { StepNeeds } from './step-needs.ts';

/** Numbers that the sum of a layer's gradient takes on its way: about as many on every adapter. */
const partialSums = 400_000;

/** When a layer is at work, in one batch of a step. */
interface Shift {
  readonly layer: LayerPlan;
  /** Nobody asks for the gradient of the images. */
  readonly isFirst: boolean;
  readonly forward: number;
  /**
   * The first of three moments backward, which make the gradient before its activation, those of its parameters and that of
   * its input; once, or for each task.
   */
  readonly backward: readonly number[];
  /** Until when the gradient of its input is needed, at least. */
  readonly passedOn: number;
}

/** The layers of a batch from moment `start`: all forward, the heads backward, then the trunk, `passes` times. */
function shiftsOf(
  { trunk, heads }: NetworkPlan,
  passes: number,
  start: number,
): { shifts: Shift[]; end: number } {
  const layers = [...trunk, ...heads.flatMap((head) => head.layers)];
  const branches = new Set(heads.flatMap((head) => head.layers.slice(0, 1)));
  const back = start + layers.length;
  const trunkBack = back + 3 * (layers.length - trunk.length);
  const shifts = layers.map((layer, i): Shift => {
    const backward =
      i < trunk.length
        ? Array.from({ length: passes }, (_, pass) => trunkBack + 3 * ((pass + 1) * trunk.length - 1 - i))
        : [back + 3 * (layers.length - 1 - i)];
    // What several heads make of one input is added up, or weighted, before the trunk goes on.
    const passedOn = branches.has(layer) ? trunkBack + 3 * (passes - 1) * trunk.length : 0;
    return { layer, isFirst: i === 0, forward: start + i, backward, passedOn };
  });
  return { shifts, end: trunkBack + 3 * passes * trunk.length };
}

/** What a layer makes on its way, but for the gradients of its parameters. */
function lifetimesOfLayer({ layer, isFirst, forward, backward, passedOn }: Shift, batch: number): Lifetime[] {
  const [into, out] = [batch * sizeOf(layer.input), batch * sizeOf(layer.output)];
  const last = backward.at(-1) ?? forward;
  return [
    // Where something else was kept for the gradient, only what follows needs the output.
    { size: out, first: forward, last: batch * layer.kept >= 2 * out ? last - 2 : last },
    { size: batch * layer.kept - out, first: forward, last },
    ...backward.flatMap((first) => [
      { size: layer.parameterCount > 0 ? out : 0, first, last: first + 2 },
      { size: Math.min(512 * layer.parameterCount, partialSums), first: first + 1, last: first + 1 },
      { size: isFirst ? 0 : into, first: first + 2, last: Math.max(first + 3, passedOn) },
    ]),
  ];
}

/** The gradients of the parameters, from each layer's second moment backward until all is updated after `end`. */
function lifetimesOfGradients(shifts: readonly Shift[], end: number): Lifetime[] {
  return shifts.flatMap(({ layer, backward }, i): Lifetime[] => {
    const size = layer.parameterCount;
    const close = end + shifts.length;
    if (backward.length === 1) return backward.map((first) => ({ size, first: first + 1, last: close }));
    // One layer after the other, the gradients of all tasks become one.
    return [
      ...backward.map((first) => ({ size, first: first + 1, last: end + i })),
      { size, first: end + i, last: close },
    ];
  });
}

/**
 * All that lives in a step on `batch` samples: layer by layer forward, then backward. A method that looks at the gradients by
 * the trunk's parameters has the trunk go back once per task, and these gradients kept until it has made one of them.
 */
export function lifetimesOfStep(
  plan: NetworkPlan,
  batch: number,
  { gradients, batches, matrix }: StepNeeds,
): Lifetime[] {
  const passes = gradients === 'parameters' ? plan.heads.length : 1;
  const lifetimes: Lifetime[] = [];
  const all: Shift[] = [];
  let now = 0;
  for (let b = 0; b < batches; b++) {
    const { shifts, end } = shiftsOf(plan, passes, now);
    const images = {
      size: batch * sizeOf(plan.input),
      first: now,
      last: (shifts[0]?.backward.at(-1) ?? now) + 1,
    };
    lifetimes.push(images, ...shifts.flatMap((shift) => lifetimesOfLayer(shift, batch)));
    all.push(...shifts);
    now = end;
  }
  const size = matrix ? batches * plan.heads.length * plan.sharedParameterCount : 0;
  lifetimes.push(...lifetimesOfGradients(all, now), { size, first: now, last: now });
  return lifetimes.filter((each) => each.size > 0);
}

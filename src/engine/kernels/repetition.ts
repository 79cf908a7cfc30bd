/** Where a kernel finds the numbers of an operand that repeats along some axes of another. */
import * as tf from '../tf.ts';

/** Plain data: part of a kernel's parameters. The operand that repeats is bound as `part`. */
export type Repetition = {
  /** Numbers of the larger operand per thread. */
  lanes: 1 | 4;
  /** Which element of the operand that repeats goes with element `j` of the other, in WGSL. */
  place: string;
  /** What the numbers of a thread meet: a vector at `place` in vectors, one number, or each its own. */
  meet: 'vector' | 'one' | 'each';
};

/** How `part` repeats to give `whole`; undefined where it does not, or is but a scalar (which tfjs does well). */
export function repetitionOf(part: readonly number[], whole: readonly number[]): Repetition | undefined {
  const runs = runsOf(part, whole);
  if (!runs) return undefined;
  const lanes = tf.util.sizeFromShape([...whole]) % 4 === 0 ? 4 : 1;
  return { lanes, place: placeOf(runs), meet: lanes === 4 ? meetOf(runs) : 'one' };
}

/** WGSL types of an element of the larger operand, and of the one that repeats. */
export function elementsOf({ lanes, meet }: Repetition): { whole: string; part: string } {
  return { whole: lanes === 4 ? 'vec4f' : 'f32', part: meet === 'vector' ? 'vec4f' : 'f32' };
}

/** WGSL that goes before a kernel, and the value that meets element `i` of the larger operand. */
export function repetitionCode({ lanes, place, meet }: Repetition): { define: string; value: string } {
  const at = (j: string) => `part[place(${j})]`;
  const each = [0, 1, 2, 3].map((k) => at(`4u * i + ${k}u`));
  return {
    define: `fn place(j: u32) -> u32 { return ${place}; }\n`,
    value: { vector: at('i'), one: at(`${lanes}u * i`), each: `vec4f(${each.join(', ')})` }[meet],
  };
}

/** Neighbouring axes of the larger operand, outermost first, along which the smaller one runs along or repeats. */
type Run = { size: number; along: boolean };

function runsOf(part: readonly number[], whole: readonly number[]): Run[] | undefined {
  if (part.length > whole.length) return undefined;
  const runs: Run[] = [];
  for (const [axis, size] of whole.entries()) {
    const own = part[axis - (whole.length - part.length)] ?? 1;
    if (own !== size && own !== 1) return undefined;
    if (size === 1) continue;
    const along = own === size;
    const last = runs.at(-1);
    if (last?.along === along) last.size *= size;
    else runs.push({ size, along });
  }
  return runs.some(({ along }) => along) ? runs : undefined;
}

function placeOf(runs: readonly Run[]): string {
  const [, second] = runs;
  if (!second) return 'j';
  if (runs.length === 2) return second.along ? 'j % arrayLength(&part)' : `j / ${second.size}u`;
  let step = 1;
  let own = 1;
  const terms: string[] = [];
  for (const { size, along } of runs.toReversed()) {
    if (along) terms.push(`j / ${step}u % ${size}u * ${own}u`);
    if (along) own *= size;
    step *= size;
  }
  return terms.join(' + ');
}

function meetOf(runs: readonly Run[]): Repetition['meet'] {
  const last = runs.at(-1);
  if (!last || last.size % 4 !== 0) return 'each';
  if (!last.along) return 'one';
  return runs.length <= 2 ? 'vector' : 'each';
}

/** Which weights of the compared runs are members; kept in the address, so that a reload finds them again. */
import { useMemo } from 'react';
import { type Candidate, weightsOptions } from '#stores/ensembles.ts';
import type { RunRecord } from '#stores/library.ts';
import { useExtra } from '../compare/use-extra.ts';

/** Enough of an id to tell the runs of a browser apart, and short enough for an address. */
const shortId = ({ id }: RunRecord) => id.slice(0, 8);

/** Steps by the short id of a run: "ab12cd34:300.400,ef56…:". */
function parse(text: string | null): Map<string, readonly number[]> {
  const parts = (text ?? '').split(',').filter(Boolean);
  return new Map(
    parts.map((part) => {
      const [id = '', steps = ''] = part.split(':');
      return [id, steps.split('.').filter(Boolean).map(Number)] as const;
    }),
  );
}

function format(chosen: ReadonlyMap<string, readonly number[]>): string | null {
  if (chosen.size === 0) return null;
  return Array.from(chosen, ([id, steps]) => `${id}:${steps.join('.')}`).join(',');
}

/** Until something else is chosen, a run takes part with the first of its weights: the best by mean. */
function stepsOf(run: RunRecord, chosen: ReadonlyMap<string, readonly number[]>): number[] {
  const options = weightsOptions(run).map(({ step }) => step);
  const wanted = chosen.get(shortId(run));
  return wanted ? options.filter((step) => wanted.includes(step)) : options.slice(0, 1);
}

export function useMembers(runs: readonly RunRecord[]) {
  const [text, setText] = useExtra('members');
  return useMemo(() => {
    const chosen = parse(text);
    const members = runs.flatMap((record): Candidate[] =>
      stepsOf(record, chosen).map((step) => ({ record, step })),
    );
    const isMember = ({ id }: RunRecord, step: number) =>
      members.some((each) => each.record.id === id && each.step === step);
    const toggle = (run: RunRecord, step: number) => {
      const before = stepsOf(run, chosen);
      const steps = before.includes(step) ? before.filter((each) => each !== step) : [...before, step];
      setText(format(new Map([...chosen, [shortId(run), steps]])));
    };
    return { members, isMember, toggle };
  }, [runs, text, setText]);
}

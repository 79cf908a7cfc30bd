/** Whose turn it is in a study, and until when. */
import type { Member, Study } from '#studies/study.ts';

/** A member's turn to train. */
export interface Turn {
  /** Place of the member. */
  readonly member: number;
  /** The step after which it is another one's turn; null: it trains to its end. */
  readonly until: number | null;
}

/** Whether a member has yet to train. */
export const isOpen = ({ state }: Member) => state === 'waiting' || state === 'training';

/** Where a member begins. */
const baseOf = ({ from }: Member) => from?.step ?? 0;

/**
 * The next turn; null where no member is left. In turns, it is the one that is the furthest behind, counted from where it
 * began, and it trains up to the next whole turn: one that was cut short by a reload is made good.
 * @param steps trained by each member
 */
export function nextTurn({ members, turn }: Study, steps: readonly number[]): Turn | null {
  const open = members.flatMap((member, index) =>
    isOpen(member) ? [{ index, done: Math.max(0, (steps[index] ?? 0) - baseOf(member)) }] : [],
  );
  const [first] = turn === null ? open : open.toSorted((a, b) => round(a.done, turn) - round(b.done, turn));
  if (!first) return null;
  const member = members[first.index];
  if (turn === null || !member) return { member: first.index, until: null };
  return { member: first.index, until: baseOf(member) + turn * (round(first.done, turn) + 1) };
}

/** Whole turns done. */
const round = (done: number, turn: number) => Math.floor(done / turn);

/**
 * Whether a member begins something that the budget has to allow: its first step, or, in turns, a new round, so that all
 * end up equally far.
 */
export function beginsRound({ members, turn }: Study, steps: readonly number[], next: Turn): boolean {
  const rounds = members.map((member, index) => {
    const done = Math.max(0, (steps[index] ?? 0) - baseOf(member));
    return { isOpen: isOpen(member), done, round: turn === null ? 0 : round(done, turn) };
  });
  const own = rounds[next.member];
  if (!own) return false;
  if (turn === null) return own.done === 0;
  return own.done % turn === 0 && rounds.every((each) => !each.isOpen || each.round === own.round);
}

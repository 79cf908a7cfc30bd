/** Trains the members of a study in their folders, until all are done or somebody stops it. */
import type { MedianRule } from '#studies/study.ts';
import { isHopeless, type Validation } from '#studies/median-rule.ts';
import { formatCount, formatDuration } from '#lib/format.ts';
import type { Input } from './input.ts';
import type { Member } from './members.ts';
import type { Progress } from './progress.ts';
import { Results } from './results.ts';
import { TrainingError, type Ending } from './session.ts';
import { UsageError } from './usage.ts';

/** How one run, or a turn of it, is trained. */
export interface TrainingOptions {
  /** Aborted where it is to end; the run can then go on. */
  readonly stop: AbortSignal;
  /** Steps after which to stop. */
  readonly stopAfter?: number;
  /** Sees every validation. */
  readonly onValidation?: (validation: Validation) => void;
}

/** Trains one run into its folder. */
export type Trainer = (input: Input, results: Results, options: TrainingOptions) => Promise<Ending>;

export interface MembersJob {
  readonly members: readonly Member[];
  readonly turn: number | null;
  readonly stopping: MedianRule | null;
  /** Seconds of training, of all members together, after which no more is begun; null for no limit. */
  readonly budget: number | null;
  /** Whether a member that breaks down ends the others' training, too. */
  readonly isStrict: boolean;
  readonly train: Trainer;
  readonly progress: Progress;
  readonly stop: AbortSignal;
  /** Called whenever something of a member is new. */
  readonly onChange: () => void;
}

/** The next one's turn: of those that were trained least, the first; without turns, the first that is left. */
function nextOf({ members, turn }: MembersJob): Member | undefined {
  const left = members.filter(({ isOver }) => !isOver);
  if (turn === null) return left[0];
  const turnsOf = ({ step, start }: Member) => Math.floor((step - start) / turn);
  return left.reduce<Member | undefined>(
    (least, member) => (least && turnsOf(least) <= turnsOf(member) ? least : member),
    undefined,
  );
}

const secondsOf = (members: readonly Member[]) => members.reduce((sum, { seconds }) => sum + seconds, 0);

/** Whether the seconds are spent. What was begun may still end. */
function isSpent({ budget, members }: MembersJob, member: Member): boolean {
  return budget !== null && member.state === 'waiting' && secondsOf(members) >= budget;
}

/** Leaves alone what has not begun. */
function leaveRest({ members, budget, progress, onChange }: MembersJob): void {
  const spent = formatDuration(secondsOf(members));
  progress.say(`${spent} of training are spent: no more is begun.`);
  for (const member of members)
    if (member.state === 'waiting') member.postpone(`the budget of ${budget} seconds was spent`);
  onChange();
}

/** Trains a member to its end, or for a turn. Returns why the median rule stopped it, or nothing. */
async function trainOne(job: MembersJob, member: Member): Promise<string> {
  const { members, turn, stopping } = job;
  const others = members.filter((each) => each !== member).map(({ validations }) => validations);
  const own = [...member.validations];
  const hopeless = new AbortController();
  let reason = '';
  const onValidation = (validation: Validation) => {
    own.push(validation);
    if (!stopping || reason !== '' || !isHopeless(stopping, own, others)) return;
    reason = `after step ${formatCount(validation.step)} its best mean validation loss was above the median of the others (median rule)`;
    hopeless.abort();
  };
  const input = await member.next();
  const done = turn === null ? 0 : (member.step - member.start) % turn;
  await job.train(input, new Results(member.folder, input), {
    stop: AbortSignal.any([job.stop, hopeless.signal]),
    ...(turn === null ? {} : { stopAfter: turn - done }),
    onValidation,
  });
  return reason;
}

/**
 * Trains what is not over, one after the other or by turns, and looks at each folder again afterwards. A member that breaks
 * down is marked as failed, unless the job is strict: then it rejects with that error.
 */
export async function trainMembers(job: MembersJob): Promise<void> {
  const { members, progress, stop, onChange } = job;
  onChange();
  for (let member = nextOf(job); member && !stop.aborted; member = nextOf(job)) {
    if (isSpent(job, member)) return leaveRest(job);
    progress.say(`${member.label}, ${members.indexOf(member) + 1} of ${members.length}:`);
    const before = member.step;
    try {
      const reason = await trainOne(job, member);
      await member.look();
      if (reason !== '' && !member.isOver) {
        progress.say(`${member.label} is stopped: ${reason}.`);
        member.end('stopped', reason);
      }
      if (!member.isOver && member.step === before && !stop.aborted)
        throw new UsageError(`${member.folder} has no new checkpoint: there is nothing to go on from.`);
    } catch (error) {
      if (job.isStrict || !(error instanceof TrainingError)) throw error;
      progress.say(`${member.label} failed: ${error.message}`);
      await member.look();
      member.end('failed', error.message);
    }
    onChange();
  }
}

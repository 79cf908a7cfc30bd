/** A study: several runs that are planned together, to be compared. What each kind plans is in a file of its own. */
import type { Experiment } from '#experiment/schema.ts';

/**
 * `seeds`: the same experiment, drawn anew; `sweep`: fields of it varied; `twin`: each task alone; `race`: branches of one
 * checkpoint.
 */
export type StudyKind = 'seeds' | 'sweep' | 'twin' | 'race';

/** A state of a kept run. */
export interface RunPoint {
  /** Id of the run. */
  readonly run: string;
  /** Steps trained; it has a checkpoint there. */
  readonly step: number;
}

/** One run of a study, before it begins. */
export interface MemberPlan {
  /** What sets it apart from the others, in a few words: `seed 3`, `MGDA`, `Top left alone`. */
  readonly label: string;
  readonly experiment: Experiment;
  /** Branches from there, with that run's weights and batch order; absent: from fresh weights. */
  readonly from?: RunPoint;
  /** What a sweep set, by path; absent in other studies. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Stops a member that is worse than the median of the others at the same step (Golovin et al., "Google Vizier", KDD 2017,
 * §3.2.2): its best mean validation loss so far is above the median of the others' running averages up to that step.
 */
export interface MedianRule {
  /** Validations of a member before it may be stopped. */
  readonly grace: number;
  /** Others that must have come as far. */
  readonly least: number;
}

export interface StudyPlan {
  readonly kind: StudyKind;
  readonly name: string;
  readonly members: readonly MemberPlan[];
  /** Members train in turn by so many steps, so that their curves grow side by side; null: one after the other to its end. */
  readonly turn: number | null;
  readonly stopping: MedianRule | null;
  /** Seconds of training, of all members together, after which no more is begun; null for no limit. */
  readonly budget: number | null;
  /** A kept run that the members are compared with: of a twin, the run that trains all tasks; null where it is one of them. */
  readonly baseline: string | null;
}

/** `stopped`: by the median rule, the budget or the reader; `reason` tells. */
export type MemberState = 'waiting' | 'training' | 'finished' | 'stopped' | 'failed';

/** One run of a study. */
export interface Member extends MemberPlan {
  /** Id of its kept run, once it has begun. */
  readonly run: string | null;
  readonly state: MemberState;
  /** Why it was stopped or failed, in words; empty otherwise. */
  readonly reason: string;
}

/** A study as it is kept: plain data. */
export interface Study extends Omit<StudyPlan, 'members'> {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly members: readonly Member[];
  /** `paused`: by the reader, or the page was closed. `finished`: no member is left to train. */
  readonly state: 'training' | 'paused' | 'finished';
  /** When it was deleted; gone for good at the next start of the page. Its runs stay. */
  readonly deletedAt: number | null;
}

/** What the ways of combining are called, what each does, and when it helps. */
import type { Combination } from '#studies/ensemble-results.ts';

/** A way to combine: of what members say, or of their weights. */
export type Way = Combination | 'soup';

interface WayWords {
  readonly name: string;
  /** Where there is little room. */
  readonly short: string;
  readonly what: string;
  readonly when: string;
}

export const ways: Readonly<Record<Way, WayWords>> = {
  average: {
    name: 'Average',
    short: 'Average',
    what: 'Mean of the members’ probabilities, or of the numbers that they predict.',
    when: 'Seldom worse than its best member, if all are about as good.',
  },
  weighted: {
    name: 'Weighted average',
    short: 'Weighted',
    what: 'The same, with a weight per member and task. The weights are fitted on the validation part, never on the test part.',
    when: 'Helps where some members are better than others at a task.',
  },
  vote: {
    name: 'Majority vote',
    short: 'Vote',
    what: 'One vote per member for its most likely class, or on each label; ties go by mean probability. Of numbers: the median.',
    when: 'Helps where single members are sure and wrong.',
  },
  soup: {
    name: 'Averaged weights',
    short: 'Weights',
    what: 'One network whose weights are the means of the members’: as fast as a single member.',
    when: 'Helps for checkpoints or forks of one run. Networks that began with other seeds seldom survive it.',
  },
};

/** In the order of the table. */
export const wayIds = ['average', 'weighted', 'vote', 'soup'] as const satisfies readonly Way[];

/**
 * Ensembles: several networks that answer the same question as one. Their raw outputs on the same samples are combined, by
 * task, into raw outputs again, so that the scoring of the tasks works on both alike.
 *
 * What is averaged is a probability: of a class (softmax), of a label (sigmoid), or the predicted number itself. It comes
 * back as the logarithm of the probability, or as its log odds, of which softmax and sigmoid give the probability again.
 */
import type { Task } from '#experiment/tasks/index.ts';

/** Raw outputs of one network for one task: [samples, outputs], row-major. */
export type Answers = Float32Array;

/** Nothing is less likely: the logarithm of 0 would be no number. */
const least = 1e-30;

/** [samples, outputs] probabilities, or predicted numbers, of raw outputs. */
function readingsOf(task: Task, answers: Answers, width: number): Float64Array {
  const readings = Float64Array.from(answers);
  if (task.kind === 'regression') return readings;
  if (task.kind === 'multi-label') return readings.map((logit) => 1 / (1 + Math.exp(-logit)));
  for (let start = 0; start < readings.length; start += width) {
    const row = readings.subarray(start, start + width);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (const [k, logit] of row.entries()) sum += row[k] = Math.exp(logit - top);
    for (const [k, value] of row.entries()) row[k] = value / sum;
  }
  return readings;
}

/** Raw outputs that read as these probabilities or numbers. */
function answersOf(task: Task, readings: Float64Array): Answers {
  const log = (value: number) => Math.log(Math.max(value, least));
  if (task.kind === 'classification') return Float32Array.from(readings, log);
  if (task.kind === 'multi-label') return Float32Array.from(readings, (p) => log(p) - log(1 - p));
  return Float32Array.from(readings);
}

/** Throws RangeError where there is nothing to combine, or the members answered different questions. */
function checkMembers(members: readonly Answers[], width: number): void {
  const [first] = members;
  if (!first) throw new RangeError('an ensemble must have at least one member');
  for (const { length } of members)
    if (length !== first.length || length % width !== 0)
      throw new RangeError(`members must answer for the same samples: ${length} and ${first.length} outputs`);
}

/**
 * Averages probabilities, or predicted numbers, by weights.
 * @param width outputs of the task
 * @param weights [members], not negative, of sum 1
 * @returns raw outputs
 * @throws RangeError where members or weights do not match
 */
export function weightedAverage(
  task: Task,
  members: readonly Answers[],
  width: number,
  weights: ArrayLike<number>,
): Answers {
  checkMembers(members, width);
  if (weights.length !== members.length)
    throw new RangeError(`an ensemble of ${members.length} must have as many weights, not ${weights.length}`);
  const total = new Float64Array(members[0]?.length ?? 0);
  for (const [m, answers] of members.entries()) {
    const weight = weights[m] ?? 0;
    for (const [i, value] of readingsOf(task, answers, width).entries())
      total[i] = (total[i] ?? 0) + weight * value;
  }
  return answersOf(task, total);
}

/** {@link weightedAverage} with the same weight for all. */
export function averageProbabilities(task: Task, members: readonly Answers[], width: number): Answers {
  return weightedAverage(
    task,
    members,
    width,
    members.map(() => 1 / members.length),
  );
}

/** Votes of each member for what it thinks most likely, [samples, outputs]: 1 or 0. */
function votesOf(task: Task, readings: Float64Array, width: number): Float64Array {
  if (task.kind === 'multi-label') return readings.map((p) => (p > 0.5 ? 1 : 0));
  const votes = new Float64Array(readings.length);
  for (let start = 0; start < readings.length; start += width) {
    const row = readings.subarray(start, start + width);
    const chosen = row.indexOf(row.reduce((a, b) => Math.max(a, b), -Infinity));
    if (chosen !== -1) votes[start + chosen] = 1; // a network that broke down has no say
  }
  return votes;
}

/** [samples, outputs] medians of predicted numbers: the mean of the two in the middle for an even number of members. */
function mediansOf(members: readonly Answers[]): Float32Array {
  const half = (members.length - 1) / 2;
  return Float32Array.from(members[0] ?? [], (_, i) => {
    const sorted = members.map((answers) => answers[i] ?? Number.NaN).toSorted((a, b) => a - b);
    return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
  });
}

/**
 * Every member has one vote: for a class, or on the presence of each label; of predicted numbers it is the median.
 * A vote knows no probabilities. Those that it reads as are the shares of n + 1 votes, the mean probability of the members
 * being one of them: less than a whole vote, it changes no majority and breaks every tie.
 * @param width outputs of the task
 * @returns raw outputs
 * @throws RangeError where members do not match
 */
export function majorityVote(task: Task, members: readonly Answers[], width: number): Answers {
  checkMembers(members, width);
  if (task.kind === 'regression') return mediansOf(members);
  const total = new Float64Array(members[0]?.length ?? 0);
  for (const answers of members) {
    const readings = readingsOf(task, answers, width);
    const votes = votesOf(task, readings, width);
    for (const [i, value] of readings.entries())
      total[i] = (total[i] ?? 0) + ((votes[i] ?? 0) + value / members.length) / (members.length + 1);
  }
  return answersOf(task, total);
}

/** The readings of all members for one task. */
export function readingsOfAll(task: Task, members: readonly Answers[], width: number): Float64Array[] {
  checkMembers(members, width);
  return members.map((answers) => readingsOf(task, answers, width));
}

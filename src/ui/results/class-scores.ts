/** Mistakes counted: per class from a confusion matrix, per label from outputs. Plain numbers, no React. */
import { confusionMatrix } from '#experiment/tasks/classification.ts';
import type { TaskResult } from './task-results.ts';

/** Counts of a classification task; rows the truth, columns what was said. */
export interface Confusion {
  readonly classes: readonly string[];
  /** [classes, classes] */
  readonly counts: Uint32Array;
}

export interface ClassScores {
  readonly name: string;
  /** Images that are of the class, or have the label. */
  readonly support: number;
  /** NaN where nothing was called so. */
  readonly precision: number;
  /** NaN where nothing is so. */
  readonly recall: number;
  readonly f1: number;
}

export function confusionOf({ outputs, targets }: TaskResult, classes: readonly string[]): Confusion {
  return { classes, counts: confusionMatrix(classes.length, outputs, targets) };
}

export function countAt({ classes, counts }: Confusion, truth: number, said: number): number {
  return counts[truth * classes.length + said] ?? 0;
}

/** How often each class is true: sums of the rows. */
export function supportOf(confusion: Confusion): Uint32Array {
  return Uint32Array.from(confusion.classes, (_, truth) =>
    sum(confusion.classes, (said) => countAt(confusion, truth, said)),
  );
}

export function classScores(confusion: Confusion): ClassScores[] {
  const support = supportOf(confusion);
  return confusion.classes.map((name, k) => {
    const called = sum(confusion.classes, (truth) => countAt(confusion, truth, k));
    return scores(name, countAt(confusion, k, k), called, support[k] ?? 0);
  });
}

/** Precision tp / called, recall tp / support, F1 2·tp / (called + support). */
function scores(name: string, hits: number, called: number, support: number): ClassScores {
  const share = (count: number, of: number) => (of === 0 ? Number.NaN : count / of);
  return {
    name,
    support,
    precision: share(hits, called),
    recall: share(hits, support),
    f1: share(2 * hits, called + support),
  };
}

/** Scores per label; a label is said where its logit is above zero. */
export function labelScores({ outputs, targets }: TaskResult, labels: readonly string[]): ClassScores[] {
  return labels.map((name, k) => {
    const ofLabel = { outputs: every(outputs, k, labels.length), targets: every(targets, k, labels.length) };
    let [hits, called, support] = [0, 0, 0];
    for (const [i, target] of ofLabel.targets.entries()) {
      if (Number.isNaN(target)) continue;
      const said = (ofLabel.outputs[i] ?? 0) > 0 ? 1 : 0;
      hits += said * target;
      called += said;
      support += target;
    }
    return scores(name, hits, called, support);
  });
}

/** Column k of a row-major table. */
export function every(table: Float32Array, k: number, width: number): Float32Array {
  return Float32Array.from(
    { length: Math.floor(table.length / width) },
    (_, i) => table[i * width + k] ?? Number.NaN,
  );
}

export interface Mistake {
  readonly truth: number;
  readonly said: number;
  readonly count: number;
}

/** What is taken for what, the most frequent mistakes first. */
export function worstMistakes(confusion: Confusion, most: number): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const truth of confusion.classes.keys()) {
    for (const said of confusion.classes.keys()) {
      const count = truth === said ? 0 : countAt(confusion, truth, said);
      if (count > 0) mistakes.push({ truth, said, count });
    }
  }
  return mistakes.toSorted((a, b) => b.count - a.count).slice(0, most);
}

/** Indices of the classes with the most mistakes, at most `most`, in their own order. */
export function hardestClasses(confusion: Confusion, most: number): number[] {
  const support = supportOf(confusion);
  const mistakes = (k: number) => (support[k] ?? 0) - countAt(confusion, k, k);
  return [...confusion.classes.keys()]
    .toSorted((a, b) => mistakes(b) - mistakes(a))
    .slice(0, most)
    .toSorted((a, b) => a - b);
}

function sum(items: readonly unknown[], of: (index: number) => number): number {
  return items.reduce<number>((total, _, index) => total + of(index), 0);
}

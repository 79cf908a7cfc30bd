/** What is wrong with a document, said so that a person can mend it. */

export interface Problem {
  /** Where in the document: `trunk.2.kernel`, `heads.colours.0`, `training.batchSize`. */
  readonly path: string;
  /** The rule that is broken, as a sentence without a full stop. */
  readonly rule: string;
  /** The value found there, in short. */
  readonly found: string;
  /** What would be valid, or how to mend it. */
  readonly remedy: string;
}

/** One line: "trunk.2.kernel: kernel 5 does not fit its 4×4 input (found 5). Use at most 4, or add padding." */
export function formatProblem({ path, rule, found, remedy }: Problem): string {
  return `${path}: ${rule} (found ${found}). ${remedy}`;
}

/** Thrown where a document must be right and is not. */
export class ExperimentError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ExperimentError';
    this.problems = problems;
  }
}

/** A value in at most 60 characters, for the `found` of a problem. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON would write NaN and infinities as null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

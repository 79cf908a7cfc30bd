/** What is wrong with an opened file, said so that a person can mend it. */
import { ExperimentError, formatProblem, type Problem } from '#experiment/problem.ts';

/** Thrown by readers. The `path` of a problem is a place in the file: `header`, `tensor trunk.0.weight`. */
export class FileError extends Error {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, ...problems: readonly Problem[]) {
    super(`${file}: ${problems.map(formatProblem).join('\n')}`);
    this.name = 'FileError';
    this.file = file;
    this.problems = problems;
  }
}

/** Runs `parse`; an invalid experiment in it becomes an error of this file. */
export function inFile<Result>(file: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw error instanceof ExperimentError ? new FileError(file, ...error.problems) : error;
  }
}

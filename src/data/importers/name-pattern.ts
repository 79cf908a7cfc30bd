/** Labels in file names, by a pattern that the reader writes: `{age}_{gender}_*.jpg`. */
import type { RawColumn, RawSample } from './importer.ts';

export interface NamePattern {
  /** What stands in braces, in order. */
  readonly columns: readonly string[];
  /** The labels of a path; null where it does not fit. */
  match(path: string): readonly string[] | null;
}

/** A pattern that cannot be used, in words. */
export class PatternError extends Error {}

/** Each more makes the search for a fit longer by the length of a name. */
const mostStars = 3;

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Reads a pattern: `{name}` is a label without the character that follows it, `*` is anything within a name, and the rest is
 * itself. A pattern with a slash is of whole paths, one without of file names. Case does not matter.
 * @throws PatternError where a brace is left open, a name is missing or occurs twice, or two labels touch
 */
export function namePattern(pattern: string): NamePattern {
  if (pattern.split('*').length - 1 > mostStars)
    throw new PatternError(`At most ${mostStars} * can be searched for.`);
  const pieces = pattern.split(/(\{[^{}]*\}|\*)/).filter((piece) => piece !== '');
  const columns: string[] = [];
  let source = '';
  for (const [i, piece] of pieces.entries()) {
    const label = /^\{(.*)\}$/s.exec(piece);
    if (label) {
      const name = (label[1] ?? '').trim();
      if (name === '')
        throw new PatternError('A pair of braces needs the name of a column between them: {age}.');
      if (columns.includes(name)) throw new PatternError(`{${name}} occurs twice.`);
      const next = pieces[i + 1];
      if (next?.startsWith('{'))
        throw new PatternError(`${piece}${next}: something must stand between two labels, such as _.`);
      columns.push(name);
      const stop = next === undefined || next === '*' ? '' : escape(next[0] ?? '');
      source += `([^/${stop}]+)`;
    } else if (piece === '*') source += '[^/]*';
    else if (/[{}]/.test(piece)) throw new PatternError('A brace is left open.');
    else source += escape(piece);
  }
  if (columns.length === 0)
    throw new PatternError('The pattern names no label: write {name} where one stands.');
  const expression = new RegExp(`^${source}$`, 'iu');
  const ofPaths = pattern.includes('/');
  return {
    columns,
    match: (path) =>
      expression.exec(ofPaths ? path : path.slice(path.lastIndexOf('/') + 1))?.slice(1) ?? null,
  };
}

/** The columns that a pattern finds in the names of samples; those that do not fit are not labelled. */
export function columnsFromNames(
  samples: readonly Pick<RawSample, 'name'>[],
  pattern: NamePattern,
): RawColumn[] {
  const found = samples.map(({ name }) => pattern.match(name));
  return pattern.columns.map((name, c) => ({ name, cells: found.map((labels) => labels?.[c] ?? null) }));
}

/** The door: turns unknown JSON into an experiment, or into problems that a person can mend. */
import type { z } from 'zod';
import { migrate } from './migrate.ts';
import { describe, ExperimentError, type Problem } from './problem.ts';
import { experimentSchema, type Experiment } from './schema.ts';

/** The value at a path of a document. */
function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

const list = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');

function remedyFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `Use ${issue.values.length > 1 ? 'one of ' : ''}${list(issue.values)}.`;
    case 'too_small':
      return `Use ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}.`;
    case 'too_big':
      return `Use ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}.`;
    case 'unrecognized_keys':
      return `Remove ${list(issue.keys)}.`;
    case 'invalid_type':
      return `Give ${issue.expected === 'int' ? 'a whole number' : `a value of type ${issue.expected}`}.`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `Use one of ${list(issue.options)}.`
        : `Give a valid ${issue.discriminator ?? 'value'}.`;
    default:
      return 'Mend it, or undo the change.';
  }
}

/** A Zod issue as a problem. */
export function problemOf(issue: z.core.$ZodIssue, document: unknown): Problem {
  return {
    path: issue.path.map(String).join('.') || 'document',
    rule: issue.message.replace(/\.$/, ''),
    found: describe(valueAt(document, issue.path)),
    remedy: remedyFor(issue),
  };
}

/**
 * Validates a document of any known version.
 * Throws ExperimentError that names every path, rule, value found and remedy.
 */
export function parseExperiment(document: unknown): Experiment {
  const current = migrate(document);
  const result = experimentSchema.safeParse(current);
  if (result.success) return result.data;
  throw new ExperimentError(result.error.issues.map((issue) => problemOf(issue, current)));
}

/** Parses the text of a `*.trunkline.json` file. Throws ExperimentError, also where it is not JSON. */
export function parseExperimentText(text: string): Experiment {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ExperimentError([
      {
        path: 'document',
        rule: 'must be JSON',
        found: describe(text.slice(0, 40)),
        remedy: error instanceof Error ? error.message : 'Check the file.',
      },
    ]);
  }
  return parseExperiment(document);
}

/** The text of a `*.trunkline.json` file. */
export function formatExperiment(experiment: Experiment): string {
  return `${JSON.stringify(experiment, null, 2)}\n`;
}

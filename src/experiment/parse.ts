/** The door: turns unknown JSON into an experiment, or into problems that a person can mend. */
import type { z } from 'zod';
import { migrate } from './migrate.ts';
import { describe, ExperimentError, type Problem } from './problem.ts';
import { experimentSchema, type Experiment } from './schema.ts';
import { remedyOf, ruleOf } from './wording.ts';

/** The value at a path of a document. */
function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** A Zod issue as a problem. */
export function problemOf(issue: z.core.$ZodIssue, document: unknown): Problem {
  return {
    path: issue.path.map(String).join('.') || 'document',
    rule: ruleOf(issue),
    found: describe(valueAt(document, issue.path)),
    remedy: remedyOf(issue),
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

/** Brings documents of earlier versions up to date, one step at a time. */
import { currentVersion } from './schema.ts';
import { describe, ExperimentError } from './problem.ts';

type Json = Record<string, unknown>;

/** `steps[n]` turns a document of version n into one of version n + 1. */
type Steps = Readonly<Record<number, (document: Json) => Json>>;

const migrations: Steps = {};

/**
 * A document of any known version as one of the current version, not yet validated.
 * @param to the version wanted, and
 * @param steps how to get there; both for tests
 * @throws ExperimentError for a missing version or one from the future
 */
export function migrate(document: unknown, to: number = currentVersion, steps: Steps = migrations): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ExperimentError([
      {
        path: 'document',
        rule: 'must be an experiment',
        found: describe(document),
        remedy: 'Open a *.trunkline.json file.',
      },
    ]);
  }
  let current = document as Json;
  const version = current['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > to) {
    throw new ExperimentError([
      {
        path: 'version',
        rule: `must be a whole number from 1 to ${to}`,
        found: describe(version),
        remedy:
          typeof version === 'number' && version > to
            ? 'It was written by a newer Trunkline: update this one.'
            : `Set it to ${to}.`,
      },
    ]);
  }
  for (let from = version; from < to; from++) {
    const step = steps[from];
    if (!step) throw new Error(`No migration from version ${from}.`);
    current = { ...step(current), version: from + 1 };
  }
  return current;
}

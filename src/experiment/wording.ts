/** Zod's issues in plain words: which rule is broken, and what would be valid. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const list = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');
const oneOf = (values: readonly unknown[]) => `${values.length > 1 ? 'one of ' : ''}${list(values)}`;

/** Types as people call them. */
const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with settings',
  record: 'an object with settings',
};
const typeName = (expected: string) => typeNames[expected] ?? `a value of type ${expected}`;

/** What is counted where something has a size: "at least 1 character". */
const units: Readonly<Record<string, string>> = { string: 'character', array: 'entry', record: 'entry' };

function amount(origin: string, limit: number | bigint): string {
  const unit = units[origin];
  if (unit === undefined) return String(limit);
  return `${limit} ${limit === 1 ? unit : unit === 'entry' ? 'entries' : `${unit}s`}`;
}

function limitOf(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.code === 'too_small') {
    const least = amount(issue.origin, issue.minimum);
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${least}`;
  }
  const most = amount(issue.origin, issue.maximum);
  return `${issue.inclusive === false ? 'less than' : 'at most'} ${most}`;
}

/** Zod's own messages start so; others were written for readers in the schema. */
const isZods = /^(Too|Invalid|Unrecognized)/;

/** The broken rule, to be read after the path: "training.batchSize: must be at least 1". */
export function ruleOf(issue: Issue): string {
  if (!isZods.test(issue.message)) return issue.message.replace(/\.$/, '');
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeName(issue.expected)}`;
    case 'too_small':
    case 'too_big':
      return `must ${units[issue.origin] ? 'have' : 'be'} ${limitOf(issue)}`;
    case 'invalid_value':
      return issue.values.length > 1 ? 'is none of the possible values' : `must be ${list(issue.values)}`;
    case 'unrecognized_keys':
      return `has no setting ${list(issue.keys)}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? 'is no value that is possible here'
        : `is no known ${issue.discriminator}`;
    default:
      return issue.message.replace(/\.$/, '');
  }
}

/** What would be valid, as a sentence. */
export function remedyOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Give ${typeName(issue.expected)}.`;
    case 'too_small':
    case 'too_big':
      return `Use ${limitOf(issue)}.`;
    case 'invalid_value':
      return `Use ${oneOf(issue.values)}.`;
    case 'unrecognized_keys':
      return `Remove ${list(issue.keys)}, or check the spelling.`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `Use ${oneOf(issue.options)}.`
        : 'Use a single value, such as a number or text.';
    default:
      return 'Change it, or undo the last edit.';
  }
}

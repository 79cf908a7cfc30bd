/** The cases of a golden file by method, and what of the file does not count. */
import { adapt, type GoldenCase } from './adapters.ts';
import { parseGolden } from './records.ts';

export interface Golden {
  /** In the order of the file. */
  readonly byMethod: ReadonlyMap<string, readonly GoldenCase[]>;
  /** How many records are left out, by strategy and reason. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Throws where the text is no golden file, or names a strategy that we do not have. */
export function goldenCases(text: string): Golden {
  const byMethod = new Map<string, GoldenCase[]>();
  const skipped = new Map<string, number>();
  for (const record of parseGolden(text)) {
    const adapted = adapt(record);
    if ('skipped' in adapted) {
      const reason = `${record.strategy}: ${adapted.skipped}`;
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    } else {
      const { method } = adapted.case;
      byMethod.set(method, [...(byMethod.get(method) ?? []), adapted.case]);
    }
  }
  return { byMethod, skipped };
}

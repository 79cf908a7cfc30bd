/** `look PATH`: what would be imported, without importing it. */
import { writeAsides } from './own-data.ts';
import { obstacles, readOwnData } from './own-import.ts';
import { jsonOf, linesOf } from './own-report.ts';
import type { Progress } from './progress.ts';
import { UsageError, type Options } from './usage.ts';

/** Prints what was understood. Returns the exit code: 0 also where something must be decided first. */
export async function look({ data, json }: Options, progress: Progress, stop: AbortSignal): Promise<number> {
  if (!data) throw new UsageError('Say what to look at: look PATH.');
  const decided = await readOwnData(data, progress, stop);
  const { session, view, choices } = decided;
  const open = obstacles(view);
  const preview = open.length > 0 ? null : await session.preview(choices, { signal: stop });
  if (json) console.log(JSON.stringify(jsonOf(decided, preview), null, 2));
  else for (const line of [...linesOf(decided), ...open]) console.log(line);
  writeAsides(data, decided);
  return 0;
}

/** The golden file, for tests and for the server behind those in the browser. Not for the app. */
import { readFileSync } from 'node:fs';

/** The text of the file that the environment variable GOLDEN_FILE names, or of the project's own. */
export function goldenText(): string {
  const named = process.env['GOLDEN_FILE'];
  return readFileSync(named ? named : new URL('fixtures/strategies.json', import.meta.url), 'utf8');
}

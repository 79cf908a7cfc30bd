// @ts-check
/** `npm run bench -- kills [COUNT]`: e2e/kills.spec.ts with many kills, and some of a network with large checkpoints. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from '../setup.mjs';

/** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [more] */
const run = (program, args, more = {}) =>
  spawnSync(process.execPath, [path.join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...more },
  }).status;

/**
 * Builds the site, kills it, and says what was lost. Ends the program with 1 where anything was that must not be.
 * @param {number} count
 */
export function measureKills(count) {
  const folder = mkdtempSync(path.join(tmpdir(), 'trunkline-kills-'));
  try {
    if (run('vite/bin/vite.js', ['build', '--logLevel', 'warn']) !== 0)
      throw new Error('The site was not built.');
    const status = run('@playwright/test/cli.js', ['test', '-c', 'e2e', 'kills', '--reporter=list'], {
      TRUNKLINE_KILLS: String(count),
      TRUNKLINE_LARGE_KILLS: String(Math.ceil(count / 5)),
      TRUNKLINE_KILLS_JSON: path.join(folder, 'result'),
    });
    for (const file of readdirSync(folder).toSorted()) {
      const { lines } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      console.log(`\n${file.replace(/^result-|\.json$/g, '').replaceAll('-', ' ')}\n  ${lines.join('\n  ')}`);
    }
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

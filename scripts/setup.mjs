// @ts-check
/** What has to be there before anything of ours can run: a recent Node, and the packages of package-lock.json. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} file a path in the project */
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/**
 * Says one plain sentence and ends.
 * @param {string} sentence
 * @returns {never}
 */
function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Whether this Node is as new as package.json asks. */
function nodeIsRecent() {
  const [major = 0, minor = 0] = readJson('package.json').engines.node.match(/\d+/g).map(Number);
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Whether node_modules holds what package-lock.json lists; npm notes there what it has installed. */
function packagesAreCurrent() {
  const note = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const { '': _project, ...wanted } = readJson('package-lock.json').packages;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([folder, { version, integrity, optional }]) =>
      (installed[folder]?.version === version && installed[folder]?.integrity === integrity) ||
      (optional && !installed[folder]), // made for another system
  );
}

/**
 * npm's command line, by way of the npm that runs us where there is one.
 * @param {string[]} args
 */
function npm(args) {
  const script = process.env['npm_execpath'];
  const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit' });
  if (script?.endsWith('.js')) return spawnSync(process.execPath, [script, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Checks Node and installs the packages if they are missing or outdated; gives up with the reason if that fails. */
export function prepare() {
  if (!nodeIsRecent())
    giveUp(
      `Trunkline needs Node ${readJson('package.json').engines.node}; this is ${process.versions.node}.`,
    );
  if (packagesAreCurrent()) return;
  console.log('Installing packages (once, and after updates)…');
  const { status } = npm(['ci', '--no-audit', '--no-fund']);
  if (status !== 0) giveUp('The packages could not be installed: see the message of npm above.');
}

// @ts-check
/**
 * `npm test`: installs what is missing, checks and tests everything, and counts. `npm run check` is the quick part of it
 * (`--quick`), and `npm test -- unit e2e` runs only the parts named. A part that fails does not stop the others.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { prepareBrowser } from './chromium.mjs';
import { prepare, root } from './setup.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} what one line for its header
 * @property {string} run a program from node_modules and its arguments
 * @property {boolean} [quick] whether `npm run check` has it
 * @property {boolean} [browser] whether it needs Chromium
 * @property {string} [after] the part that must have passed, if it ran
 * @property {(report: any) => Count} [count] reads the report in JSON; a part without one counts as one
 */
/** @typedef {{ passed: number, failed: number }} Count */

const reports = 'node_modules/.cache/trunkline';

/** @param {any} report vitest's: a file that did not load has no test to blame, and counts as one */
const countVitest = (report) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter(
      (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length,
});

/** @param {any} report Playwright's */
const countPlaywright = ({ stats, errors }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky + errors.length,
});

/**
 * @param {string} project
 * @param {string} name
 */
const vitest = (project, name) =>
  `vitest run --project ${project} --passWithNoTests --reporter=default --reporter=json --outputFile.json=${reports}/${name}.json`;

/** @type {Part[]} */
const parts = [
  { name: 'format', what: 'every file as oxfmt writes it', run: 'oxfmt --check', quick: true },
  { name: 'lint', what: 'rooms, faults, length', run: 'oxlint --type-aware', quick: true },
  { name: 'types', what: 'everything, with the DOM', run: 'tsc', quick: true },
  { name: 'worker-types', what: 'the engine, without the DOM', run: 'tsc -p src/engine', quick: true },
  { name: 'unused', what: 'files, exports and packages without a use', run: 'knip', quick: true },
  { name: 'unit', what: 'tests in Node', run: vitest('node', 'unit'), quick: true, count: countVitest },
  { name: 'programs', what: 'the command line', run: vitest('programs', 'programs'), count: countVitest },
  {
    name: 'browser',
    what: 'engine and components in Chromium, on WebGPU',
    run: vitest('browser', 'browser'),
    browser: true,
    count: countVitest,
  },
  { name: 'build', what: 'the site', run: 'vite build' },
  { name: 'size', what: 'of the page and of the worker', run: 'size-limit', after: 'build' },
  {
    name: 'e2e',
    what: 'the built site in Chromium, from a sub-path',
    run: 'playwright test -c e2e --pass-with-no-tests --reporter=list,json',
    browser: true,
    after: 'build',
    count: countPlaywright,
  },
];

/** Packages whose program has another name. */
const packageOf = new Map([
  ['tsc', 'typescript'],
  ['playwright', '@playwright/test'],
]);

/** @param {string} program */
function scriptOf(program) {
  const home = path.join(root, 'node_modules', packageOf.get(program) ?? program);
  const { bin } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  return path.join(home, typeof bin === 'string' ? bin : bin[program]);
}

/**
 * @param {Part} part
 * @returns {Count}
 */
function runPart({ name, run, count }) {
  const report = path.join(root, reports, `${name}.json`);
  rmSync(report, { force: true });
  const [program = '', ...args] = run.split(' ');
  const { status } = spawnSync(process.execPath, [scriptOf(program), ...args], {
    cwd: root,
    stdio: 'inherit',
    timeout: 25 * 60_000, // a browser that hangs is a failure, not a wait for ever
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  if (!count || !existsSync(report)) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  const { passed, failed } = count(JSON.parse(readFileSync(report, 'utf8')));
  return { passed, failed: status === 0 ? failed : Math.max(failed, 1) };
}

/** @param {string[]} args */
function chosenParts(args) {
  if (args.includes('--quick')) return parts.filter(({ quick }) => quick);
  const unknown = args.find((arg) => !parts.some(({ name }) => name === arg));
  if (unknown) throw new Error(`No part "${unknown}". Parts: ${parts.map(({ name }) => name).join(', ')}.`);
  return args.length === 0 ? parts : parts.filter(({ name }) => args.includes(name));
}

const chosen = chosenParts(process.argv.slice(2));
prepare();
if (chosen.some(({ browser }) => browser)) await prepareBrowser();

/** @type {Map<string, Count>} */
const counts = new Map();
for (const part of chosen) {
  console.log(`\n── ${part.name}: ${part.what} ──`);
  if (part.after && counts.get(part.after)?.failed) {
    console.log(`Not run: ${part.after} failed.`);
    continue;
  }
  const start = performance.now();
  const count = runPart(part);
  counts.set(part.name, count);
  const verdict = count.failed ? 'failed' : 'passed';
  console.log(`── ${part.name} ${verdict} in ${((performance.now() - start) / 1000).toFixed(1)} s ──`);
}

const total = { passed: 0, failed: 0 };
for (const { passed, failed } of counts.values()) {
  total.passed += passed;
  total.failed += failed;
}
const failures = [...counts].filter(([, { failed }]) => failed).map(([name]) => name);
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;

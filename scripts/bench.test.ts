/** `npm run bench` itself, as a program carried away from the project, on the smallest network for one round. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { vulkanEnvironment } from './vulkan.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'trunkline-carried-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: string[], cwd: string) {
  const env = { ...process.env, ...vulkanEnvironment() };
  return spawnSync(process.execPath, [program, ...args], { cwd, env, encoding: 'utf8' });
}

test('the carried program measures contenders that train the same network', () => {
  const written = run('scripts/bench.mjs', ['--bundle', folder], process.cwd());
  expect(written.stdout).toContain(path.join(folder, 'bench.mjs'));
  const words = ['--only', 'tiny,trunkline-default,tfjs', '--rounds', '1', '--json', 'report.json'];
  const { stdout, stderr, status } = run('bench.mjs', ['--adapter', 'swiftshader', ...words], folder);
  expect(status, stderr).toBe(0);
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
  expect(report).toMatchObject({ host: 'Node', isSoftware: true, failures: [], start: null });
  expect(Object.keys(report.versions)).toContain('@jax-js/jax');
  expect(report.peak.gflops).toBeGreaterThan(0);
  const [ours, tfjs] = report.results;
  expect([ours.contender, tfjs.contender]).toEqual(['trunkline-default', 'tfjs']);
  for (const result of [ours, tfjs]) {
    expect(result).toMatchObject({ network: 'tiny', batchSize: 8, rounds: 1, isSane: true });
    for (const figure of ['msPerStep', 'jsMsPerStep', 'dispatches', 'peakBytes', 'percentOfPeak'])
      expect(result[figure], figure).toBeGreaterThan(0);
  }
  expect(ours.firstLoss).toBeCloseTo(tfjs.firstLoss, 2);
  expect(ours.uploadedBytes).toBe(0);
  expect(ours.engine.mode).toBe('replayed');
  expect(tfjs.uploadedBytes).toBeGreaterThan(0);
  expect(stdout).toContain('| tfjs, minimize');
}, 180_000);

test('the carried program measures methods against equal weights, replayed as those are', () => {
  const words = ['--methods', 'mgda,gradnorm', '--only', 'tiny', '--tasks', '3', '--gradients', 'both'];
  const { stdout, stderr, status } = run(
    'bench.mjs',
    ['--adapter', 'swiftshader', ...words, '--rounds', '1', '--json', 'methods.json'],
    folder,
  );
  expect(status, stderr).toBe(0);
  const { results, methods, methodFailures } = JSON.parse(
    readFileSync(path.join(folder, 'methods.json'), 'utf8'),
  );
  expect([results, methodFailures]).toEqual([[], []]);
  const rows = methods.map((row: Record<string, string>) => `${row['kind']} by ${row['gradients']}`);
  expect(rows).toContain('mgda by representation');
  expect(rows).toContain('mgda by parameters');
  for (const row of methods) {
    expect(row).toMatchObject({ network: 'tiny', tasks: 3, rounds: 1, isSane: true });
    expect(row.ratio).toBeCloseTo(row.ms / row.equalMs);
    expect([row.engine.mode, row.equalEngine.mode]).toEqual(['replayed', 'replayed']);
  }
  const byParameters = methods.find((row: Record<string, string>) => row['gradients'] === 'parameters');
  expect(byParameters.engine.dispatches).toBeGreaterThan(byParameters.equalEngine.dispatches);
  expect(stdout).toContain('| Equal weights');
}, 180_000);

test('an unknown word is refused in plain words', () => {
  const { stderr, status } = run('scripts/bench.mjs', ['--node', '--only', 'alexnet'], process.cwd());
  expect(status).toBe(1);
  expect(stderr).toContain('--only knows no "alexnet"');
}, 60_000);

/** docs/methods.md: its made part is what the registry says now, and its example runs as it stands there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, test } from 'vitest';
import { strategies } from '#strategies/index.ts';
import { withMethods } from './methods.ts';

const path = 'docs/methods.md';
const page = readFileSync(path, 'utf8');

function run(program: string, args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(program, args, { input, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('lists the methods as they are: `node scripts/methods.mjs` mends it', () => {
  const formatted = run(
    process.execPath,
    ['node_modules/oxfmt/bin/oxfmt', `--stdin-filepath=${path}`],
    withMethods(page),
  );
  expect(page).toBe(formatted);
  for (const id of Object.keys(strategies)) expect(page).toContain(`\`${id}\``);
});

test('its example runs in a shell, line by line as it is, and prints weights and direction', () => {
  const [, command = ''] = page.match(/```sh\n(node --input-type=module[\s\S]*?)```/) ?? [];
  const [, program = ''] = command.match(/-e "\n([\s\S]*)"/) ?? [];
  expect(program.trim().split('\n')).toHaveLength(3);
  // (1, 0) and (−1, 1) are in conflict: each loses its part against the other, (½, ½) and (0, 1) are left.
  const printed = run('sh', ['-c', command]);
  expect(printed).toContain('weights: Float64Array(2) [ 2, 1.5 ]');
  expect(printed).toContain('grad: Float64Array(2) [ 0.5, 1.5 ]');
});

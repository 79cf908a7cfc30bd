/** Runs `npm run train` itself, in processes of their own and a folder of their own, on a tiny experiment. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

const classification = (id: string) => ({ kind: 'classification', id, name: id, column: id });

/** Four steps of a second or less, with two validations. */
export const tiny = {
  version: 1,
  name: 'tiny',
  data: {
    source: 'multi-fashion',
    settings: { size: 28, trainCount: 100, validationCount: 100, testCount: 100 },
  },
  tasks: [classification('top-left'), classification('bottom-right')],
  trunk: [
    { kind: 'conv-bn-act', filters: 4, kernel: 5, stride: 4, padding: 'valid' },
    { kind: 'dropout', rate: 0.2 },
    { kind: 'dense', units: 8 },
  ],
  heads: { 'top-left': [], 'bottom-right': [] },
  training: {
    optimiser: { kind: 'adam' },
    batchSize: 16,
    length: { unit: 'steps', count: 4 },
    validateEvery: { unit: 'steps', count: 2 },
  },
};

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder that goes when the tests of the file are done, and what works in it; paths are from there. */
export function workshop() {
  const folder = mkdtempSync(path.join(tmpdir(), 'trunkline-train-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (...names: string[]) => path.join(folder, ...names);
  return {
    at,
    /** Runs the command; `onText` sees its output so far as it comes. */
    train(
      args: string[],
      onText?: (text: string, stop: () => void, kill: () => void) => void,
    ): Promise<Outcome> {
      // A group of its own, so that SIGKILL can reach the program behind the launcher.
      const options = { cwd: folder, detached: onText !== undefined };
      const child = spawn(process.execPath, [path.resolve('scripts/train.mjs'), ...args], options);
      const kill = () => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      };
      const outcome: Outcome = { code: null, stdout: '', stderr: '' };
      child.stdout.on('data', (data: Buffer) => {
        outcome.stdout += data.toString();
        onText?.(outcome.stdout, () => child.kill('SIGINT'), kill);
      });
      child.stderr.on('data', (data: Buffer) => (outcome.stderr += data.toString()));
      return new Promise((resolve) => child.on('close', (code) => resolve({ ...outcome, code })));
    },
    /** A file with the tiny experiment and changes to it. Returns its name. */
    write(name: string, change: object = {}): string {
      writeFileSync(at(name), JSON.stringify({ ...tiny, ...change }));
      return name;
    },
    json: (...names: string[]) => JSON.parse(readFileSync(at(...names), 'utf8')),
    lines: (...names: string[]) =>
      readFileSync(at(...names), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

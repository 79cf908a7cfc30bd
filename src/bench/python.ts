/** Finds a Python with PyTorch, and writes a problem down for it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NetworkId } from './networks.ts';
import { openPython } from './processes.ts';
import { problemOf } from './problem.ts';
import type { Endpoint } from './protocol.ts';
import script from './pytorch.py?raw';
import { recipeOf } from './recipe.ts';

/** `TRUNKLINE_PYTHON`, else the first of the usual ones that can import torch; undefined where none can. */
export function findPython(): string | undefined {
  const chosen = process.env['TRUNKLINE_PYTHON'];
  const candidates = chosen ? [chosen] : ['python3', '/usr/bin/python3', 'python'];
  return candidates.find((each) => spawnSync(each, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0);
}

/** Opens the PyTorch contender for a network. */
export function openPytorch(
  python: string,
  network: NetworkId,
  { patience, mayUseCuda }: { patience: number; mayUseCuda: boolean },
): Endpoint {
  const folder = mkdtempSync(path.join(tmpdir(), 'trunkline-bench-'));
  writeProblem(folder, network, mayUseCuda);
  const endpoint = openPython(python, script, folder, patience);
  return {
    ask: (request) => endpoint.ask(request),
    async close() {
      await endpoint.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeProblem(folder: string, network: NetworkId, mayUseCuda: boolean): void {
  const problem = problemOf(network);
  const { plan, batchSize, labels, learningRate, start, images } = problem;
  const description = {
    recipe: recipeOf(plan),
    images: [batchSize, ...plan.input],
    labels: labels.map((each) => Array.from(each)),
    parameters: start.map(({ spec: { name, shape, trainable } }) => ({ name, shape, trainable })),
    learningRate,
    mayUseCuda,
  };
  writeFileSync(path.join(folder, 'problem.json'), JSON.stringify(description));
  const values = [images, ...start.map((each) => each.values)];
  writeFileSync(
    path.join(folder, 'values.bin'),
    Buffer.concat(values.map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength))),
  );
}

// @ts-check
/**
 * `npm run bench`: Trunkline against other trainers, in Chromium, or with `--node` in Node on Dawn; `--bundle FOLDER` writes
 * the Node bench as a program to be carried elsewhere; `npm run bench -- kills` kills a run in every way, `-- runs`
 * lists hundreds of them, `-- imports` imports thousands of pictures. src/bench/options.ts
 * has the options, docs/benchmarks.md the figures.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bundle, bundleToCarry } from './bundle.mjs';
import { openChromium } from './bench/chromium.mjs';
import { measureImports } from './bench/imports.mjs';
import { measureKills } from './bench/kills.mjs';
import { measurePlots } from './bench/plots.mjs';
import { measureRuns } from './bench/runs.mjs';
import { prepare, root } from './setup.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

const entry = 'src/bench/bench.ts';
const packages = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu', '@jax-js/jax', 'webgpu'];

/** Versions of what is compared, for the reports. */
function versions() {
  const { packages: installed } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.fromEntries(packages.map((name) => [name, installed[`node_modules/${name}`].version]));
}

const define = { BENCH_VERSIONS: JSON.stringify(versions()) };

/** @param {string[]} args */
async function inNode(args) {
  const program = await bundle(entry, { define });
  const env = { ...process.env, ...vulkanEnvironment() };
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', program, ...args], {
    stdio: 'inherit',
    env,
  });
  process.exitCode = status ?? 1;
}

/** @param {string[]} networks */
async function streamed(networks) {
  const program = await bundle('src/bench/streamed.ts');
  const env = { ...process.env, ...vulkanEnvironment() };
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', program, ...networks], {
    stdio: 'inherit',
    env,
  });
  process.exitCode = status ?? 1;
}

/** @param {string[]} args */
async function inChromium(args) {
  const { main, complain } = await import(await bundle(entry, { define }));
  const chromium = openChromium(versions());
  try {
    await main(args, chromium.host, chromium.supplement);
  } catch (error) {
    complain(error);
  } finally {
    await chromium.close();
  }
}

/** @param {string} folder */
async function toCarry(folder) {
  const program = await bundleToCarry(entry, folder, { define });
  const name = path.basename(program);
  writeFileSync(
    path.join(folder, 'README.txt'),
    `Trunkline's bench for ${process.platform}-${process.arch}: \`node ${name} --only lenet\` measures; it needs Node 20.19 or later, ` +
      `a Vulkan driver (--adapter hardware: the graphics card's) and, for PyTorch, a Python with torch (TRUNKLINE_PYTHON).\n`,
  );
  console.log(`Written: ${program}. Run it with: node ${name}`);
}

prepare();
const args = process.argv.slice(2);
const at = args.indexOf('--bundle');
if (args.includes('--help')) {
  const { usage } = await import(await bundle(entry, { define }));
  console.log(usage);
} else if (args[0] === 'kills') measureKills(Number(args[1] ?? 50));
else if (args[0] === 'runs') await measureRuns(Number(args[1] ?? 200));
else if (args[0] === 'imports') await measureImports(Number(args[1] ?? 10_000));
else if (args[0] === 'streamed') await streamed(args.slice(1));
else if (args[0] === 'plots') await measureRuns(Number(args[1] ?? 200), measurePlots);
else if (at >= 0) await toCarry(args[at + 1] ?? 'bench-bundle');
else if (args.includes('--node')) await inNode(args.filter((arg) => arg !== '--node'));
else await inChromium(args);

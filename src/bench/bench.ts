/**
 * The bench's program for Node. Started by itself it measures in processes of its own, on Dawn; imported by
 * scripts/bench.mjs it offers the same for another host; started by itself as a server it holds one contender.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { offerWebgpu } from '#cli/adapter.ts';
import { softwareVulkanDrivers } from '#cli/software-vulkan.ts';
import { measure, type Host } from './measure.ts';
import { judge } from './goals.ts';
import { methodsTable } from './method-tables.ts';
import { parseOptions, usage, type AdapterChoice, type Options } from './options.ts';
import { openProcess, serverMark } from './processes.ts';
import type { Request } from './protocol.ts';
import { findPython, openPytorch } from './python.ts';
import type { Report } from './results.ts';
import { generalTable, goalsTable, networkTable } from './tables.ts';

export { usage };

const program = fileURLToPath(import.meta.url);

/** Adds what only one host has to a report. */
export type Supplement = (report: Report, options: Options) => Promise<Report>;

/** What a host has that is not Node's: how it opens its contenders. */
export type OpenHost = (options: Options) => Promise<Pick<Host, 'name' | 'open' | 'versions'>>;

/** Measures, writes tables to stdout and, where asked for, JSON to a file. */
export async function main(
  given: readonly string[],
  openHost: OpenHost = nodeHost,
  more?: Supplement,
): Promise<void> {
  const options = parseOptions(given);
  const python = options.contenders.includes('pytorch') ? findPython() : undefined;
  const host: Host = {
    ...(await openHost(options)),
    openPytorch: (network, mayUseCuda) =>
      python === undefined
        ? undefined
        : openPytorch(python, network, { patience: options.patience, mayUseCuda }),
  };
  const write = (report: Report) => {
    const text = JSON.stringify({ ...report, goals: judge(report) }, null, 2);
    if (options.json !== undefined) writeFileSync(options.json, `${text}\n`);
  };
  const measured = await measure(host, options, {
    say: (line) => console.error(line),
    done(network, report) {
      console.log(`\n${networkTable(network, report)}`);
      write(report);
    },
    more: write,
  });
  const report = more ? await more(measured, options) : measured;
  write(report);
  for (const network of new Set(report.methods?.map((result) => result.network)))
    console.log(`\n${methodsTable(network, report)}`);
  console.log(`\n${generalTable(report)}`);
  const verdicts = judge(report);
  if (verdicts.length > 0) console.log(`\n${goalsTable(verdicts)}`);
}

/** Processes on Dawn. What they compile goes to folders that are gone when this program ends. */
function nodeHost({ adapter, patience }: Options): ReturnType<OpenHost> {
  const caches = mkdtempSync(path.join(tmpdir(), 'trunkline-bench-'));
  process.once('exit', () => rmSync(caches, { recursive: true, force: true }));
  const env = driverEnvironment(adapter);
  return Promise.resolve({
    name: 'Node',
    open(cache = 'shared') {
      const folder = path.join(caches, cache);
      const places = {
        MESA_SHADER_CACHE_DIR: folder,
        __GL_SHADER_DISK_CACHE_PATH: folder,
        XDG_CACHE_HOME: folder,
      };
      return Promise.resolve(openProcess(program, { ...env, ...places }, patience));
    },
    versions: { node: process.versions.node, ...BENCH_VERSIONS },
  });
}

/** Put in place by scripts/bench.mjs as it bundles this program. */
declare const BENCH_VERSIONS: Readonly<Record<string, string>>;

/** Chooses among Vulkan's drivers. Throws where the one asked for is not here. */
function driverEnvironment(choice: AdapterChoice): NodeJS.ProcessEnv {
  if (choice === 'default') return {};
  if (choice === 'hardware') return { TRUNKLINE_SOFTWARE_VULKAN: '' };
  const driver = softwareVulkanDrivers().find(({ name }) => name.toLowerCase() === choice);
  if (!driver)
    throw new Error(`No Vulkan driver of ${choice} was found here; VK_ICD_FILENAMES may name one.`);
  return { VK_ICD_FILENAMES: driver.path, VK_DRIVER_FILES: driver.path };
}

/** Ends the program with what went wrong, in a line. */
export function complain(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** Answers what the bench asks over the channel to its parent. */
async function serve(): Promise<void> {
  const problems: string[] = [];
  const hasWebgpu = await offerWebgpu((line) => problems.push(line));
  Object.assign(globalThis.navigator, { userAgent: 'Node.js' }); // jax-js asks which browser it is in
  const { createServer } = await import('./serve.ts');
  const answer = hasWebgpu
    ? createServer()
    : () => Promise.resolve({ error: `No WebGPU: ${problems.join(' ')}` });
  process.on('message', (request: Request) => void answer(request).then((reply) => process.send?.(reply)));
  process.on('disconnect', () => process.exit());
}

if (process.env[serverMark] !== undefined) await serve();
else if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === program) {
  await main(process.argv.slice(2)).catch(complain);
}

/** Puts a GPU where the engine looks for one: the machine's own, else a driver in software. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { softwareVulkanDrivers } from './software-vulkan.ts';

/** Dawn as an npm package: native code, and not for every system. */
type Dawn = typeof import('webgpu');

/** Where Vulkan's loader looks for drivers. Without any it would complain on stderr, in words that help nobody. */
function systemHasDrivers(): boolean {
  if (process.platform !== 'linux') return true;
  if (process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return true;
  const data = (process.env['XDG_DATA_DIRS'] ?? '').split(':').filter(Boolean);
  const homes = [process.env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local/share'), ...data];
  const roots = ['/usr/share', '/usr/local/share', '/etc', '/usr/local/etc', ...homes];
  return roots.some((root) => {
    const folder = path.join(root, 'vulkan/icd.d');
    return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.json'));
  });
}

/** Makes a Dawn the page's `navigator.gpu`. Returns whether it has an adapter. */
async function offer({ create }: Dawn): Promise<boolean> {
  const gpu = create([]);
  if (!(await gpu.requestAdapter({ powerPreference: 'high-performance' }))) return false;
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return true;
}

/** The first of these that works, tried in turn, or undefined. Dawn reads the environment anew each time. */
async function firstSoftwareDriver(dawn: Dawn): Promise<string | undefined> {
  for (const driver of softwareVulkanDrivers()) {
    process.env['VK_ICD_FILENAMES'] = driver.path;
    if (await offer(dawn)) return driver.name;
  }
  delete process.env['VK_ICD_FILENAMES'];
  return undefined;
}

/**
 * Offers the best WebGPU of this machine to the engine, and says in a line what it had to fall back to.
 * @returns whether there is one
 */
export async function offerWebgpu(say: (line: string) => void): Promise<boolean> {
  const dawn = await import('webgpu').catch((error: unknown) => {
    say(
      `WebGPU does not start here (${error instanceof Error ? error.message : String(error)}): training on the CPU.`,
    );
  });
  if (!dawn) return false;
  Object.assign(globalThis, dawn.globals);
  if (systemHasDrivers() && (await offer(dawn))) return true;
  const driver = await firstSoftwareDriver(dawn);
  if (driver === undefined)
    say('No GPU and no software Vulkan driver was found: training on the CPU, slowly.');
  else say(`No GPU was found: training with ${driver}, a graphics driver in software, slowly.`);
  return driver !== undefined;
}

// @ts-check
/** Where Chromium is on this machine, and how the tests start it. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const commands = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The usual places of an installed Chrome or Chromium, the best first. */
function candidates() {
  const { env } = process;
  if (process.platform === 'darwin')
    return ['/Applications', path.join(homedir(), 'Applications')].flatMap((folder) =>
      ['Google Chrome', 'Chromium'].map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    );
  if (process.platform === 'win32')
    return [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].flatMap((folder) =>
      folder
        ? ['Google\\Chrome', 'Chromium'].map((name) => `${folder}\\${name}\\Application\\chrome.exe`)
        : [],
    );
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return commands.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/**
 * The executable to test with: `CHROME_PATH` if set, else an installed Chrome or Chromium, else undefined, which lets
 * Playwright use the one it has downloaded itself.
 * @returns {string | undefined}
 */
export function findChromium() {
  const chosen = process.env['CHROME_PATH'];
  if (!chosen) return candidates().find(isExecutable);
  if (isExecutable(chosen)) return chosen;
  throw new Error(`CHROME_PATH is ${chosen}, which is not an executable file.`);
}

/** WebGPU on SwiftShader, a GPU in software, so that results are the same on every machine. */
const softwareGpu = [
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** Playwright's launch options for every browser test; `TRUNKLINE_GPU=hardware` tests on this machine's own GPU. */
export function launchOptions() {
  const hardware = process.env['TRUNKLINE_GPU'] === 'hardware';
  const executablePath = findChromium();
  return {
    ...(executablePath ? { executablePath } : {}),
    args: [
      '--no-sandbox', // Chromium refuses to start as root, as in CI, with it
      '--enable-unsafe-webgpu',
      ...(hardware ? ['--enable-features=Vulkan'] : softwareGpu),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  };
}

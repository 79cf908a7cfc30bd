// @ts-check
/** Where Chromium is on this machine, how the tests start it, and how it gets here if it is missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
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
    ...(executablePath ? { executablePath } : { channel: 'chromium' }), // not the cut-down headless shell
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

/**
 * Whether a program starts: Playwright's own download may lack libraries of the system.
 * @param {string} file
 */
const starts = (file) => spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * @param {string} command
 * @param {string[]} args
 */
const succeeds = (command, ...args) =>
  spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;

/** Gets a browser to test with if there is none: Playwright's, else Debian's. Throws if neither can be had. */
export async function prepareBrowser() {
  if (findChromium()) return;
  const { chromium } = await import('playwright');
  const own = chromium.executablePath();
  if (starts(own)) return;
  console.log('Getting a browser to test with (once)…');
  if (succeeds('npx', 'playwright', 'install', 'chromium') && starts(own)) return;
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (mayInstall && succeeds('apt-get', 'update') && succeeds('apt-get', 'install', '-y', 'chromium')) return;
  throw new Error('The tests need Chrome or Chromium: install one, or give its path in CHROME_PATH.');
}

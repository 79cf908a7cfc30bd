// @ts-check
/** What WebGPU in Node needs of a Linux system without a graphics card, or even without Vulkan: found, never installed. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * @param {string} folder
 * @param {RegExp} name
 */
function listed(folder, name) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.filter((file) => name.test(file)).map((file) => path.join(folder, file));
}

const usualFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
];

/** Folders of installed Chromes, each of which brings a Vulkan loader and SwiftShader. */
function chromeFolders() {
  const playwright = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? path.join(homedir(), '.cache/ms-playwright');
  const downloads = listed(playwright, /^chromium-/).flatMap((folder) => listed(folder, /^chrome-linux/));
  return [...usualFolders, ...downloads].filter((folder) =>
    existsSync(path.join(folder, 'libvk_swiftshader.so')),
  );
}

/** Where the system keeps libraries: with the name of the machine in between on Debian. */
function systemHasVulkan() {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', ...listed('/usr/lib', /-linux-gnu/)];
  return folders.some((folder) => existsSync(path.join(folder, 'libvulkan.so.1')));
}

/**
 * Additions to the environment of a program that uses WebGPU. It has to start with them: the linker reads its own only
 * once. `TRUNKLINE_SOFTWARE_VULKAN` lists what src/cli/software-vulkan.ts may fall back to, as `name=path` lines.
 * @returns {Record<string, string>}
 */
export function vulkanEnvironment() {
  if (process.platform !== 'linux') return {};
  const chromes = chromeFolders();
  const drivers = [
    ...['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d']
      .flatMap((folder) => listed(folder, /^lvp_icd.*\.json$/))
      .map((file) => `lavapipe=${file}`),
    ...chromes.map((folder) => `SwiftShader=${path.join(folder, 'vk_swiftshader_icd.json')}`),
  ];
  const loader = systemHasVulkan() ? undefined : chromes[0];
  const libraries = [process.env['LD_LIBRARY_PATH'], loader].filter(Boolean).join(':');
  return {
    TRUNKLINE_SOFTWARE_VULKAN: drivers.join('\n'),
    ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}),
  };
}

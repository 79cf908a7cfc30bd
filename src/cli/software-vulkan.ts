/** The graphics drivers in software that `scripts/vulkan.mjs` found on this machine. It looks; this only reads its list. */

export interface SoftwareDriver {
  /** As a reader knows it: "SwiftShader", "lavapipe". */
  readonly name: string;
  /** Its Vulkan manifest, for VK_ICD_FILENAMES, which has to be set before Dawn first looks for adapters. */
  readonly path: string;
}

/** The drivers in the order in which to try them; empty where there are none or the launcher was not used. */
export function softwareVulkanDrivers(): SoftwareDriver[] {
  const lines = process.env['TRUNKLINE_SOFTWARE_VULKAN']?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const [name, path] = line.split('=', 2);
    return name && path ? [{ name, path }] : [];
  });
}

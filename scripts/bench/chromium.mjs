// @ts-check
/** placeholder */
/** @param {Record<string,string>} versions @returns {any} */
export function openChromium(versions) {
  return versions;
}

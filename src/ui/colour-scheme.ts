/** Light or dark: as chosen on this page, else as the system has it. */
import { localStorageColorSchemeManager, type MantineColorScheme } from '@mantine/core';

export const colourSchemes = localStorageColorSchemeManager({ key: 'trunkline-colour-scheme' });

/** Sets the scheme before the first render, so that a dark page never flashes white. */
export function applyColourScheme(): void {
  const chosen: MantineColorScheme = colourSchemes.get('auto');
  const dark = chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}

/** The interface: theme, notices, command palette and the workspace. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { colourSchemes } from './colour-scheme.ts';
import { CompareWindow } from './compare/CompareWindow.tsx';
import { LabelsWindow } from './labels/LabelsWindow.tsx';
import { ImportWindow } from './import/ImportWindow.tsx';
import { EngineModal } from './run/EngineModal.tsx';
import { RateFinderWindow } from './run/RateFinderWindow.tsx';
import { CommandPalette } from './shell/CommandPalette.tsx';
import { DropTarget } from './shell/DropTarget.tsx';
import { Shell } from './shell/Shell.tsx';
import { ShortcutList } from './shell/ShortcutList.tsx';
import { cssVariables, theme } from './theme.ts';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colourSchemes}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" limit={4} />
      <CommandPalette />
      <ShortcutList />
      <EngineModal />
      <RateFinderWindow />
      <CompareWindow />
      <LabelsWindow />
      <ImportWindow />
      <DropTarget />
      <Shell />
    </MantineProvider>
  );
}

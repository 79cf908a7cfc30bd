/** Every command of the page behind ctrl/cmd+K. */
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { commands } from './commands.ts';
import { KeyCaps } from './ShortcutList.tsx';
import { useShortcuts } from './shortcuts.ts';

export function CommandPalette() {
  useShortcuts();
  const { setColorScheme } = useMantineColorScheme();
  const actions = useMemo(() => {
    const scheme = (id: 'light' | 'dark' | 'auto', label: string): SpotlightActionData => ({
      id: `theme-${id}`,
      label,
      group: 'View',
      keywords: 'theme colour scheme mode',
      onClick: () => setColorScheme(id),
    });
    const all: SpotlightActionData[] = commands.map(({ id, label, group, keywords, keys, run }) => ({
      id,
      label,
      group,
      keywords: keywords ?? '',
      rightSection: keys?.[0] ? <KeyCaps keys={keys[0]} /> : undefined,
      onClick: () => void run(),
    }));
    all.push(
      scheme('light', 'Theme: light'),
      scheme('dark', 'Theme: dark'),
      scheme('auto', 'Theme: as the system'),
    );
    const groups = new Map<string, SpotlightActionData[]>();
    for (const action of all) {
      const group = action.group ?? '';
      groups.set(group, [...(groups.get(group) ?? []), action]);
    }
    return [...groups].map(([group, members]) => ({ group, actions: members }));
  }, [setColorScheme]);
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      scrollable
      attributes={{ content: { 'aria-label': 'Commands' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Commands' } }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      maxHeight={420}
      radius="xl"
      nothingFound="No command of that name"
      searchProps={{
        placeholder: 'What would you like to do?',
        leftSection: <IconSearch size={16} />,
        'aria-label': 'Find a command',
      }}
    />
  );
}

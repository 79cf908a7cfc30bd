/** The menu of network presets: which one this still is, and all others with a sentence each. */
import { Button, Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { presetOf, presets, type PresetId } from '#experiment/presets/index.ts';
import { editExperiment, experimentStore, useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import { choosePreset } from './edits.ts';
import { menuProps } from './menu-props.ts';
import styles from './network.module.css';

function choose(id: PresetId): void {
  const { info } = experimentStore.getState();
  if (editExperiment((experiment) => choosePreset(experiment, id, info))) setView({ selection: null });
}

export function PresetMenu() {
  const current = useExperiment((state) => presetOf(state.experiment));
  const name = current ? presets[current].name : 'Custom';
  return (
    <Menu width={340} position="bottom-end" {...menuProps}>
      <Menu.Target>
        <Button
          h={28}
          px={10}
          fz={12}
          aria-label={`Preset: ${name}`}
          rightSection={<IconChevronDown size={13} />}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles['menu'] ?? ''} aria-label="Presets">
        {(Object.keys(presets) as PresetId[]).map((id) => (
          <Menu.Item
            key={id}
            aria-current={id === current ? 'true' : undefined}
            rightSection={id === current ? <IconCheck size={14} /> : null}
            onClick={() => choose(id)}
          >
            <span className={styles['choiceName']}>{presets[id].name}</span>
            <span className={styles['choiceHelp']}>{presets[id].help}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

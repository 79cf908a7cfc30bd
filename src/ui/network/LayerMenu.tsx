/** The menu of layer kinds, for `+ Layer` and for the + of every wire. */
import { Menu } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { applyEdit } from './apply.ts';
import { insertLayer, type Edited } from './edits.ts';
import { layerGroups, shapeInto, type LayerChoice } from './layer-groups.ts';
import { menuProps } from './menu-props.ts';
import styles from './network.module.css';
import type { Place } from './places.ts';

interface LayerMenuProps {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** Where the chosen layer goes. */
  readonly place: Place;
  readonly onInserted: (edited: Edited) => void;
  /** The button that it belongs to. */
  readonly children: ReactNode;
}

export function LayerMenu({ opened, onChange, place, onInserted, children }: LayerMenuProps) {
  const insert = ({ layer }: LayerChoice) => {
    const edited = applyEdit((experiment) => insertLayer(experiment, place, layer));
    if (edited) onInserted(edited);
  };
  return (
    <Menu
      opened={opened}
      onChange={onChange}
      width={340}
      position="bottom"
      returnFocus={false}
      closeOnItemClick={false}
      {...menuProps}
    >
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown className={styles['menu'] ?? ''} aria-label="Layer kinds">
        {opened ? <Choices place={place} onChoose={insert} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices({ place, onChoose }: { place: Place; onChoose: (choice: LayerChoice) => void }) {
  const plan = useExperiment((state) => state.plan);
  const trunkLength = useExperiment((state) => state.experiment.trunk.length);
  return layerGroups(shapeInto(plan, trunkLength, place)).map(({ title, choices }) => (
    <Fragment key={title}>
      <Menu.Label>{title}</Menu.Label>
      {choices.map((choice) => (
        <Menu.Item
          key={choice.kind}
          data-misfit={choice.misfit ? true : undefined}
          onClick={() => onChoose(choice)}
        >
          <span className={styles['choiceName']}>{choice.name}</span>
          <span className={styles['choiceHelp']}>{choice.misfit?.message ?? choice.help}</span>
        </Menu.Item>
      ))}
    </Fragment>
  ));
}

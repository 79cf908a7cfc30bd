/** Buttons for what keys and dragging do: move, duplicate, and give a head to all tasks. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconCopy } from '@tabler/icons-react';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { TextButton } from '../shared/TextButton.tsx';
import { applyEdit } from './apply.ts';
import { copyHead, duplicateLayer, stepLayer, type Direction } from './edits.ts';
import styles from './network.module.css';
import { parsePlace } from './places.ts';

const steps = [
  { direction: 'back', label: 'Move towards the input', keys: 'Alt ←', Icon: IconArrowLeft },
  { direction: 'on', label: 'Move towards the output', keys: 'Alt →', Icon: IconArrowRight },
  { direction: 'up', label: 'Move to the head before', keys: 'Alt ↑', Icon: IconArrowUp },
  { direction: 'down', label: 'Move to the next head', keys: 'Alt ↓', Icon: IconArrowDown },
] as const satisfies readonly { direction: Direction; [key: string]: unknown }[];

interface LayerToolsProps {
  readonly path: string;
  /** Along the flow only, and larger, for fingers. */
  readonly compact?: boolean;
}

export function LayerTools({ path, compact = false }: LayerToolsProps) {
  const experiment = useExperiment((state) => state.experiment);
  const task = parsePlace(path)?.task ?? null;
  const along = (direction: Direction) => direction === 'back' || direction === 'on';
  const shown = steps.filter(({ direction }) => (task !== null && !compact) || along(direction));
  const size = compact ? 32 : 28;
  return (
    <div className={styles['tools']}>
      {shown.map(({ direction, label, keys, Icon }) => (
        <Tooltip key={direction} label={`${label} (${keys})`}>
          <ActionIcon
            variant="default"
            size={size}
            aria-label={label}
            disabled={!stepLayer(experiment, path, direction)}
            onClick={() => applyEdit((current) => stepLayer(current, path, direction))}
          >
            <Icon size={14} />
          </ActionIcon>
        </Tooltip>
      ))}
      <Tooltip label="Duplicate (Ctrl or ⌘ D)">
        <ActionIcon
          variant="default"
          size={size}
          aria-label="Duplicate"
          onClick={() => applyEdit((current) => duplicateLayer(current, path))}
        >
          <IconCopy size={14} />
        </ActionIcon>
      </Tooltip>
      {task === null || compact ? null : <CopyHead task={task} />}
    </div>
  );
}

/** Offered where there are other tasks whose heads differ. */
export function CopyHead({ task }: { task: string }) {
  const alike = useExperiment(({ experiment: { tasks, heads } }) => {
    const head = JSON.stringify(heads[task]);
    return tasks.every(({ id }) => JSON.stringify(heads[id]) === head);
  });
  if (alike) return null;
  return (
    <TextButton onClick={() => editExperiment((experiment) => copyHead(experiment, task))}>
      Use this head for all tasks
    </TextButton>
  );
}

/** Undo and redo of edits to the experiment. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { redo, undo, useHistory } from '#stores/experiment.ts';

export function HistoryButtons() {
  const { canUndo, canRedo } = useHistory();
  return (
    <ActionIcon.Group>
      <Tooltip label="Undo the last edit">
        <ActionIcon variant="default" size={32} aria-label="Undo" disabled={!canUndo} onClick={undo}>
          <IconArrowBackUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Redo">
        <ActionIcon variant="default" size={32} aria-label="Redo" disabled={!canRedo} onClick={redo}>
          <IconArrowForwardUp size={16} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}

/** Says which data set was deleted, for as long as the window is open, and takes it back. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { SetManifest } from '#data/sets/manifest.ts';
import { undeleteSet } from '#stores/sets.ts';
import styles from './data.module.css';

interface DeletedSetProps {
  readonly set: SetManifest;
  readonly onDone: () => void;
}

const intoFocus = (element: HTMLElement | null) => element?.focus();

export function DeletedSet({ set, onDone }: DeletedSetProps) {
  const [trouble, setTrouble] = useState<string | null>(null);
  return (
    <div className={styles['deleted']}>
      <p id="deleted-set" role={trouble ? 'alert' : undefined}>
        {trouble ?? (
          <>
            “<bdi>{set.name}</bdi>” is deleted. Its room is free when something is imported, or the page is
            next opened.
          </>
        )}
      </p>
      {trouble ? null : (
        <Button
          aria-describedby="deleted-set"
          ref={intoFocus}
          onClick={() =>
            void undeleteSet(set.id).then(onDone, (error: unknown) =>
              setTrouble(error instanceof Error ? error.message : String(error)),
            )
          }
        >
          Undo
        </Button>
      )}
    </div>
  );
}

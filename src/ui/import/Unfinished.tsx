/** Imports that were cut off at an earlier visit: gone on with, or thrown away. */
import { Button } from '@mantine/core';
import { formatCount } from '#lib/format.ts';
import { discardUnfinished, resumeImport, useImport } from '#stores/imports.ts';
import { attempting } from '../shell/notices.ts';
import styles from './import.module.css';

export function Unfinished() {
  const unfinished = useImport((state) => state.unfinished);
  return unfinished.map(({ id, name, processed, total }) => (
    <div key={id} className={styles['unfinished']}>
      <p>
        The import of “{name}” was cut off after {formatCount(processed)} of {formatCount(total)} images.
      </p>
      <Button
        size="compact-sm"
        variant="filled"
        onClick={() => void attempting('It cannot go on yet', () => resumeImport(id))}
      >
        Go on
      </Button>
      <Button
        size="compact-sm"
        onClick={() => void attempting('It cannot be discarded', async () => discardUnfinished(id))}
      >
        Discard
      </Button>
    </div>
  ));
}

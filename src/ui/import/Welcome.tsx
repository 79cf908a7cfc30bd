/** The import window before anything was dropped: what can be brought in, and in which layouts. */
import { Button } from '@mantine/core';
import { chooseAndBring } from './bring-in.ts';
import styles from './import.module.css';
import { layouts } from './layouts.ts';
import { Unfinished } from './Unfinished.tsx';

export function Welcome() {
  return (
    <div className={styles['state']}>
      <Unfinished />
      <h3>Drop a folder, a zip, pictures or a table anywhere on the page</h3>
      <p className="soft">
        Several at once are welcome, with many labels per image, and with labels missing. You see what was
        understood before anything is kept. It stays on this device.
      </p>
      <ChooseButtons />
      <dl className={styles['layouts']}>
        {Object.entries(layouts)
          .filter(([, { example }]) => example !== '')
          .map(([id, { name, example }]) => (
            <div key={id} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{example}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

/** Both ways of choosing: browsers have no window that takes files as well as folders. */
export function ChooseButtons() {
  return (
    <div className={styles['buttons']}>
      <Button variant="filled" onClick={() => void chooseAndBring(true)}>
        Choose a folder
      </Button>
      <Button onClick={() => void chooseAndBring(false)}>Choose files</Button>
    </div>
  );
}

/** Copies a link that opens this experiment. */
import { ActionIcon, Button, CopyButton, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconCopy, IconLink } from '@tabler/icons-react';
import { useState } from 'react';
import styles from './header.module.css';
import { linkToExperiment, writeLink } from './link.ts';
import { tell } from './notices.ts';

/** Copies the link; gives it back where the browser does not allow that. */
export async function shareLink(): Promise<string | null> {
  const link = await linkToExperiment();
  await writeLink();
  try {
    await navigator.clipboard.writeText(link);
    tell('Link copied', 'It carries the experiment, not the data or the weights.');
    return null;
  } catch {
    return link;
  }
}

export function ShareButton() {
  const [link, setLink] = useState<string | null>(null);
  return (
    <Popover
      opened={link !== null}
      onChange={(open) => !open && setLink(null)}
      width={320}
      position="bottom-end"
    >
      <Popover.Target>
        <Tooltip label="Copy a link to this experiment">
          <Button
            className={styles['secondary'] ?? ''}
            leftSection={<IconLink size={14} />}
            onClick={() => void shareLink().then(setLink)}
          >
            Share
          </Button>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          label="Link to this experiment"
          readOnly
          value={link ?? ''}
          onFocus={(event) => event.currentTarget.select()}
          rightSection={
            <CopyButton value={link ?? ''}>
              {({ copy }) => (
                <ActionIcon variant="subtle" aria-label="Copy" onClick={copy}>
                  <IconCopy size={14} />
                </ActionIcon>
              )}
            </CopyButton>
          }
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What can be taken away, and a way to open what was. */
import { Button, FileButton, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useRef } from 'react';
import { exportExperiment, exportWeights, exportZip, type Download } from '#stores/files.ts';
import { useLibrary } from '#stores/library.ts';
import { useRun } from '#stores/run-state.ts';
import { saveCapsule } from '../runs/capsule-actions.tsx';
import styles from './header.module.css';
import { saveExport } from './save-export.ts';
import { takeFiles } from './take-files.ts';
import { TaskWeightsItems } from './TaskWeightsItems.tsx';

const save = (make: () => Promise<Download>) => () => void saveExport(make);

export function ExportMenu() {
  const trained = useRun(({ step }) => step > 0);
  const current = useLibrary((library) => library.current);
  const pick = useRef<() => void>(null);
  return (
    <>
      <Menu position="bottom-end" width={290}>
        <Menu.Target>
          <Button className={styles['secondary'] ?? ''} leftSection={<IconDownload size={14} />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={styles['menu'] ?? ''}>
          <Menu.Label>{trained ? 'Weights of this run' : 'Weights, once something is trained'}</Menu.Label>
          <Menu.Item disabled={!trained} onClick={save(() => exportWeights('best'))}>
            Best weights <small>of the mean loss, .safetensors</small>
          </Menu.Item>
          <TaskWeightsItems />
          <Menu.Item disabled={!trained} onClick={save(() => exportWeights('last'))}>
            Last weights <small>.safetensors</small>
          </Menu.Item>
          <Menu.Item disabled={!trained} onClick={save(() => exportZip('best'))}>
            Everything <small>.zip with metrics.csv</small>
          </Menu.Item>
          <Menu.Item disabled={current === null} onClick={() => current && void saveCapsule(current)}>
            Capsule of the run <small>.trunkline-run.zip</small>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={save(exportExperiment)}>
            Experiment <small>.trunkline.json</small>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => pick.current?.()}>Open a file…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FileButton accept=".json,.safetensors,.zip" onChange={(file) => file && takeFiles([file])}>
        {({ onClick }) => {
          pick.current = onClick;
          return null;
        }}
      </FileButton>
    </>
  );
}

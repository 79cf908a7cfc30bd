/** What the training runs on, and why it is not better where it could be. */
import { Popover } from '@mantine/core';
import { formatBytes } from '#lib/format.ts';
import { type RunState, useRun } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './header.module.css';

type Device = NonNullable<RunState['device']>;

const names: Record<Device['backend'], string> = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU' };

/** Green only where nothing is amiss. */
function advice({ backend, isSoftware, fallbackReason }: Device): string[] {
  const lines: string[] = [];
  if (backend !== 'webgpu') {
    lines.push(
      `Training falls back to ${names[backend]}, which is slower: ${fallbackReason?.replace(/^webgpu: /, '') ?? 'no WebGPU here'}`,
    );
  }
  if (isSoftware) {
    lines.push('This adapter is a processor playing a GPU. It computes the same numbers, far more slowly.');
  }
  return lines;
}

export function AdapterChip() {
  const device = useRun((run) => run.device);
  if (!device) {
    return (
      <span className={styles['chip']}>
        <i data-tone="idle" />
        <span>Opening the GPU…</span>
      </span>
    );
  }
  const notes = advice(device);
  return (
    <Popover width={300} position="bottom-end">
      <Popover.Target>
        <button
          type="button"
          className={styles['chip']}
          aria-label={`Adapter: ${names[device.backend]}${detailOf(device)}`}
        >
          <i data-tone={notes.length === 0 ? 'good' : 'amber'} />
          <span>
            {names[device.backend]}
            <span className={styles['extra']}>{detailOf(device)}</span>
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles['adapter']}>
          <b>{device.adapter || names[device.backend]}</b>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
          <p className="soft">
            Trains with {names[device.backend]}; single buffers up to{' '}
            <span className="mono">
              {formatBytes(Math.min(device.limits.maxBufferBytes, device.limits.maxBindingBytes))}
            </span>
            . Images and labels stay on this device.
          </p>
          <p>
            <TextButton onClick={() => setView({ dialog: 'engine' })}>Engine details</TextButton>
          </p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** " · Apple M3", " · software". */
function detailOf({ adapter, isSoftware }: Device): string {
  const detail = isSoftware ? 'software' : adapter;
  return detail ? ` · ${detail}` : '';
}

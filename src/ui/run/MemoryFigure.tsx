/** The forecast of the memory that training takes, with its parts and the adapter's limit behind a click. */
import { Popover } from '@mantine/core';
import { formatBytes } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import styles from './run.module.css';

const parts = {
  activations: 'Activations of a batch',
  dataset: 'Images and labels',
  parameters: 'Parameters and their copies',
  gradients: 'Gradients',
  optimiser: 'Optimiser state',
  method: 'What the method remembers',
  checkpoint: 'Checkpoint',
} as const;

export function MemoryFigure() {
  const forecast = useExperiment((state) => state.forecast);
  const limits = useRun(({ device }) => device?.limits);
  const limit = limits ? Math.min(limits.maxBufferBytes, limits.maxBindingBytes) : undefined;
  return (
    <div>
      <dt>Memory</dt>
      <dd className="mono">
        <Popover width={260} position="bottom-end">
          <Popover.Target>
            <button
              type="button"
              className={styles['figureButton']}
              aria-label={`Memory forecast ${formatBytes(forecast.total)}: show its parts`}
            >
              ≈ {formatBytes(forecast.total)}
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <dl className={styles['figures']}>
              {Object.entries(parts).map(([key, name]) => {
                const bytes = forecast[key as keyof typeof parts];
                return bytes > 0 ? (
                  <div key={key}>
                    <dt>{name}</dt>
                    <dd className="mono">{formatBytes(bytes)}</dd>
                  </div>
                ) : null;
              })}
            </dl>
            <p className="soft">
              A forecast. The largest single buffer is {forecast.largest.name}:{' '}
              <span className="mono">{formatBytes(forecast.largest.bytes)}</span>
              {limit === undefined ? null : (
                <>
                  , of at most <span className="mono">{formatBytes(limit)}</span> on this adapter
                </>
              )}
              .
            </p>
          </Popover.Dropdown>
        </Popover>
      </dd>
    </div>
  );
}

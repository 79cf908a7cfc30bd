/** How the training step runs on the adapter, in figures and kernel by kernel. */
import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatFlops, formatPercent } from '#lib/format.ts';
import type { EngineDetails } from '#stores/engine.ts';
import styles from './engine.module.css';
import { choices, type KernelRow, kernelRows } from './kernel-rows.ts';

export function EngineView({ details }: { readonly details: EngineDetails }) {
  return (
    <>
      <Figures details={details} />
      {details.reason ? <output className={styles['reason']}>{details.reason}</output> : null}
      <Kernels details={details} />
    </>
  );
}

function Figures({ details }: { readonly details: EngineDetails }) {
  const { mode, dispatches, stepMilliseconds, scriptMilliseconds } = details;
  return (
    <dl className={styles['figures']}>
      <Figure name="Step">{mode === 'replayed' ? 'replayed' : 'run anew each time'}</Figure>
      <Figure name="Time per step">{formatMilliseconds(stepMilliseconds)}</Figure>
      <Figure name="JavaScript per step">{formatMilliseconds(scriptMilliseconds)}</Figure>
      <Figure name="Dispatches per step">{formatCount(dispatches)}</Figure>
      <Figure name="Steps per submit">{formatCount(details.stepsPerSubmit)}</Figure>
      <Figure name="Uploaded per step">{formatBytes(details.uploadedBytes)}</Figure>
      {details.waitedForImages === undefined ? null : (
        <Figure name="Waited for data">{formatMilliseconds(details.waitedForImages)}</Figure>
      )}
      <Figure name="Memory held">{formatBytes(details.heldBytes)}</Figure>
      <Figure name="Workspace in it">{formatBytes(details.planBytes)}</Figure>
    </dl>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="mono">{children}</dd>
    </div>
  );
}

function formatMilliseconds(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? `${threeDigits(milliseconds)} ms` : '–';
}

/** Aligned in a column: 5.10, 92.4, 1,204. */
function threeDigits(value: number): string {
  return value < 999.5 ? value.toPrecision(3) : formatCount(value);
}

function Kernels({ details }: { readonly details: EngineDetails }) {
  if (details.kernels.length === 0)
    return <p className="soft">Kernels are listed once a step was replayed on WebGPU.</p>;
  return (
    <>
      <p>
        What to look for: kernels at the top take most of a step. One with a large share and far fewer GFLOP/s
        than the others is where time is lost.
      </p>
      <table className={styles['kernels']}>
        <thead>
          <tr>
            <th scope="col">Kernel</th>
            <th scope="col" title="Milliseconds per step">
              ms
            </th>
            <th scope="col" title="Billions of floating-point operations a second">
              GFLOP/s
            </th>
            <th scope="col" title="Of the time of one step">
              share
            </th>
          </tr>
        </thead>
        <tbody>
          {kernelRows(details).map((row) => (
            <Kernel key={row.key} row={row} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Kernel({ row }: { readonly row: KernelRow }) {
  const { name, problem, variant, choice, rejected, count, flops, milliseconds, gigaflops, share } = row;
  return (
    <tr>
      <th scope="row">
        <span className="mono">{name}</span>
        {count > 1 ? <small> × {formatCount(count)}</small> : null}
        {problem ? <p>{problem}</p> : null}
        {variant ? (
          <p className={styles['variant']}>
            <span className="soft">{variant}</span>
            {choices[choice] ? <em data-choice={choice}>{choices[choice]}</em> : null}
          </p>
        ) : null}
        {rejected ? <Rejected reasons={rejected} /> : null}
      </th>
      <td>{milliseconds === undefined ? '–' : threeDigits(milliseconds)}</td>
      <td title={flops > 0 ? `${formatFlops(flops)} per step` : undefined}>
        {Number.isNaN(gigaflops) ? '–' : threeDigits(gigaflops)}
      </td>
      <td>
        {Number.isNaN(share) ? '–' : formatPercent(share)}
        {Number.isNaN(share) ? null : (
          <span className={styles['share']} aria-hidden>
            <span style={{ width: `${Math.min(1, share) * 100}%` }} />
          </span>
        )}
      </td>
    </tr>
  );
}

/** Variants that are wrong or do not compile on this adapter: of interest to whoever wrote the driver. */
function Rejected({ reasons }: { readonly reasons: readonly string[] }) {
  return (
    <details className={styles['rejected']}>
      <summary>
        {reasons.length === 1 ? '1 variant is' : `${reasons.length} variants are`} of no use here
      </summary>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
  );
}

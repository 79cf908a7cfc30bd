/** What the run on the page has taken so far: time, arithmetic, how fast that went, memory. */
import { costAfter } from '#experiment/run-cost.ts';
import { formatBytes, formatDuration, formatFlops } from '#lib/format.ts';
import { costOf } from '#stores/run-cost.ts';
import { useRun } from '#stores/run-state.ts';

export function SpentFigures() {
  const experiment = useRun((run) => run.experiment);
  // `revision` tells that the series has grown; it is the same object all along.
  const rows = useRun((run) => (run.revision >= 0 ? run.series.length : 0));
  const seconds = useRun((run) => (run.revision >= 0 ? run.series.last('seconds') : 0));
  const heldBytes = useRun((run) => run.heldBytes);
  const cost = experiment && costOf(experiment);
  if (rows === 0 || !(seconds > 0)) return null;
  const flops = cost ? costAfter(cost, rows).flops : null;
  return (
    <>
      <div>
        <dt>Trained</dt>
        <dd className="mono">{formatDuration(seconds)}</dd>
      </div>
      {flops === null ? null : (
        <>
          <div>
            <dt title="A multiply-add is two operations, a backward pass two forward ones; validations do not count.">
              Arithmetic
            </dt>
            <dd className="mono">{formatFlops(flops)}</dd>
          </div>
          <div>
            <dt>Reached</dt>
            <dd className="mono">{formatFlops(flops / seconds)}/s</dd>
          </div>
        </>
      )}
      {heldBytes > 0 ? (
        <div>
          <dt title="The most that the page held on the GPU, evaluations included.">Memory held</dt>
          <dd className="mono">{formatBytes(heldBytes)}</dd>
        </div>
      ) : null}
    </>
  );
}

/** Task by task: together, alone, and the change, with a bar to either side of zero. */
import { formatCount } from '#lib/format.ts';
import type { TaskChange } from '#studies/delta-m.ts';
import { taskColour } from '../../task-colour.ts';
import { formatMeasure } from '../table-measures.ts';
import type { Twin, TwinResult } from './twin-data.ts';
import styles from './twin.module.css';

/** "+1.2 %", with the sign in words a screen reader reads. */
function formatChange(change: number): string {
  if (Number.isNaN(change)) return '–';
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  return `${sign}${Math.abs(change).toFixed(1)} %`;
}

/** Whether nothing is left to train. The network of all tasks may have been stopped early: its twins are as long. */
const isOver = ({ multi, singles }: Twin) =>
  multi.status !== 'running' &&
  singles.size === multi.experiment.tasks.length &&
  [...singles.values()].every(({ status }) => status === 'finished');

/** Changes have a mean; values of different metrics have none. */
const noMean = null;

interface DeltaTableProps {
  readonly twin: Twin;
  readonly result: TwinResult;
}

export function DeltaTable({ twin, result }: DeltaTableProps) {
  const { tasks } = twin.multi.experiment;
  const widest = Math.max(
    1,
    ...result.tasks.map(({ change }) => (Number.isNaN(change) ? 0 : Math.abs(change))),
  );
  const isWhole = result.count === tasks.length;
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">Measured by</th>
          <th scope="col">Together</th>
          <th scope="col">Alone</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {result.tasks.map((each, index) => (
          <tr key={each.task}>
            <th scope="row">
              <i style={{ background: taskColour(index) }} />
              {tasks[index]?.name}
            </th>
            <td className={styles['words']}>
              {each.quantity.name.toLowerCase()} {each.quantity.direction === 'higher' ? '↑' : '↓'}
              <small>{stepsText(result, each)}</small>
            </td>
            {[each.multi, each.single].map((value, which) => (
              <td key={which === 0 ? 'together' : 'alone'}>
                {result.steps.has(each.task) ? formatMeasure(each.quantity, value) : '–'}
              </td>
            ))}
            <td>
              <Bar change={each.change} widest={widest} colour={taskColour(index)} />
              {formatChange(each.change)}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            Δm{' '}
            <small>
              {isWhole ? 'mean of all tasks' : `mean of ${result.count} of ${tasks.length} tasks`}
              {isWhole && isOver(twin) ? '' : ' so far'}
            </small>
          </th>
          <td className={styles['words']}>{noMean}</td>
          <td>{noMean}</td>
          <td>{noMean}</td>
          <td data-sign={Math.sign(result.mean) || undefined}>{formatChange(result.mean)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function stepsText({ steps }: TwinResult, { task }: TaskChange): string {
  const pair = steps.get(task);
  if (!pair) return 'not compared yet';
  const [multi, single] = pair;
  return multi === single
    ? `at step ${formatCount(multi)}`
    : `at steps ${formatCount(multi)} and ${formatCount(single)}`;
}

interface BarProps {
  readonly change: number;
  readonly widest: number;
  readonly colour: string;
}

function Bar({ change, widest, colour }: BarProps) {
  const share = Number.isNaN(change) ? 0 : (50 * Math.abs(change)) / widest;
  const side = change >= 0 ? { left: '50%' } : { right: '50%' };
  return (
    <span className={styles['bar-of-change']} aria-hidden>
      <i style={{ ...side, width: `${share}%`, background: colour }} />
    </span>
  );
}

/** How often each pair was in conflict, the worst first. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { pairName, type Tasks } from './conflict-curves.ts';
import { cosineText } from './cosine-colour.ts';
import { PairSwatch } from './CosineCurves.tsx';
import { Explanation } from './Explanation.tsx';
import { type Pair, pairKey, type PairRecord } from './measured.ts';
import styles from './conflicts.module.css';

/** What "latest" means in measured steps. */
export const latestSteps = 100;
/** Rows that are shown at first. */
const firstRows = 6;
const moreRows = 20;
/** With more tasks than this one may look at those of one task. */
const fewTasks = 3;

interface PairTableProps {
  readonly tasks: Tasks;
  /** The worst first. */
  readonly records: readonly PairRecord[];
  /** Whether only the latest steps count. */
  readonly onlyLatest: boolean;
  readonly onOnlyLatest: (onlyLatest: boolean) => void;
  readonly chosen: readonly Pair[];
  readonly onToggle: (pair: Pair) => void;
}

export function PairTable(props: PairTableProps) {
  const { tasks, records, chosen, onToggle } = props;
  const [task, setTask] = useState(-1);
  const [most, setMost] = useState(firstRows);
  const fitting = task < 0 ? records : records.filter(({ pair }) => pair.includes(task));
  const keys = new Set(chosen.map(pairKey));
  return (
    <section className={styles['view']} aria-labelledby="pair-table">
      <div className={styles['viewHead']}>
        <h3 id="pair-table">Steps in conflict</h3>
        <Filters {...props} task={task} onTask={setTask} />
      </div>
      <table className={styles['pairTable']}>
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">In conflict</th>
            <th scope="col">Steps</th>
            <th scope="col">Mean</th>
          </tr>
        </thead>
        <tbody>
          {fitting.slice(0, most).map((record) => (
            <Row
              key={pairKey(record.pair)}
              record={record}
              name={pairName(tasks, record.pair)}
              isChosen={keys.has(pairKey(record.pair))}
              onToggle={onToggle}
            />
          ))}
        </tbody>
      </table>
      {fitting.length > most ? (
        <TextButton onClick={() => setMost(most + moreRows)}>
          Show {Math.min(moreRows, fitting.length - most)} more of {formatCount(fitting.length)} pairs
        </TextButton>
      ) : null}
      <Explanation
        of="steps in conflict"
        shows="How many of the measured steps had a negative cosine, the worst pair first, and the mean of all cosines. Click a pair to draw it."
        problem="Far more than half of the steps, with a mean cosine below zero. Half of the steps and a mean of zero is what two unrelated tasks show."
        remedy="Compare a run under equal weights with one under a method for gradients: conflict only matters where it costs a task its score."
      />
    </section>
  );
}

interface FiltersProps extends Pick<PairTableProps, 'tasks' | 'onlyLatest' | 'onOnlyLatest'> {
  /** Whose pairs are shown; −1 for all. */
  readonly task: number;
  readonly onTask: (task: number) => void;
}

function Filters({ tasks, onlyLatest, onOnlyLatest, task, onTask }: FiltersProps) {
  return (
    <>
      {tasks.length > fewTasks ? (
        <ChoiceField
          aria-label="Pairs of"
          value={task}
          options={[-1, ...tasks.keys()]}
          labelOf={(each) => (each < 0 ? 'All tasks' : (tasks[each]?.name ?? ''))}
          onCommit={onTask}
        />
      ) : null}
      <SegmentedControl
        size="xs"
        aria-label="Steps that count"
        data={[
          { value: 'all', label: 'All' },
          { value: 'latest', label: `Last ${latestSteps}` },
        ]}
        value={onlyLatest ? 'latest' : 'all'}
        onChange={(value) => onOnlyLatest(value === 'latest')}
      />
    </>
  );
}

interface RowProps {
  readonly record: PairRecord;
  readonly name: string;
  readonly isChosen: boolean;
  readonly onToggle: (pair: Pair) => void;
}

function Row({ record, name, isChosen, onToggle }: RowProps) {
  const { pair, measured, conflicts, share, meanCosine } = record;
  return (
    <tr>
      <th scope="row">
        <button type="button" aria-pressed={isChosen} onClick={() => onToggle(pair)}>
          <PairSwatch pair={pair} />
          <span>{name}</span>
        </button>
      </th>
      <td>
        {measured > 0 ? `${Math.round(share * 100)} %` : '–'}
        <span className={styles['shareBar']} aria-hidden>
          <span style={{ width: `${measured > 0 ? share * 100 : 0}%` }} />
        </span>
      </td>
      <td>
        {formatCount(conflicts)} of {formatCount(measured)}
      </td>
      <td>{cosineText(meanCosine)}</td>
    </tr>
  );
}

/** The compared runs with the weights that are kept of each: any of them can be a member, several of one run too. */
import { useId, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { weightsOptions, type WeightsOption } from '#stores/ensembles.ts';
import { nameOf, type RunRecord } from '#stores/library.ts';
import { RunMark } from '../compare/RunMark.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './ensembles.module.css';

interface MemberChooserProps {
  readonly runs: readonly RunRecord[];
  readonly isMember: (run: RunRecord, step: number) => boolean;
  readonly onToggle: (run: RunRecord, step: number) => void;
}

export function MemberChooser({ runs, isMember, onToggle }: MemberChooserProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>Members</h3>
      <ul className={styles['members']}>
        {runs.map((run) => (
          <RunWeights key={run.id} run={run} isMember={isMember} onToggle={onToggle} />
        ))}
      </ul>
    </section>
  );
}

interface RunWeightsProps extends Omit<MemberChooserProps, 'runs'> {
  readonly run: RunRecord;
}

function RunWeights({ run, isMember, onToggle }: RunWeightsProps) {
  const [allShown, setAllShown] = useState(false);
  const options = weightsOptions(run);
  const name = nameOf(run);
  // Checkpoints on the way are many, and seldom wanted.
  const shown = options.filter(({ step, names }) => allShown || names.length > 0 || isMember(run, step));
  const more = options.length - shown.length;
  return (
    <li>
      <span className={styles['run']} title={name}>
        <RunMark run={run} />
        <span>{name}</span>
      </span>
      {options.length === 0 ? (
        <span className="soft">No trained weights are kept of it.</span>
      ) : (
        <fieldset aria-label={`Weights of ${name}`} className={styles['weights']}>
          {shown.map((option) => (
            <label key={option.step}>
              <input
                type="checkbox"
                checked={isMember(run, option.step)}
                onChange={() => onToggle(run, option.step)}
              />
              <WeightsName option={option} />
            </label>
          ))}
          {more > 0 ? (
            <TextButton aria-label={`Show ${more} more of ${name}`} onClick={() => setAllShown(true)}>
              {more} more
            </TextButton>
          ) : null}
        </fieldset>
      )}
    </li>
  );
}

/** Names of weights that are said in full. */
const most = 2;

function WeightsName({ option: { step, names } }: { readonly option: WeightsOption }) {
  const more = names.length - most;
  return (
    <span title={more > 0 ? names.join(', ') : undefined}>
      {names.slice(0, most).join(', ')}
      {more > 0 ? ` and ${more} more` : ''} <small>step {formatCount(step)}</small>
    </span>
  );
}

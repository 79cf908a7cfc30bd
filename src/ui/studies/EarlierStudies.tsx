/** The studies that are kept: how far each is, gone on with, compared, taken out of the list. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { openCompare } from '#stores/compare.ts';
import {
  deleteStudy,
  resumeStudy,
  stopStudy,
  undeleteStudy,
  useStudies,
  type Study,
} from '#stores/studies.ts';
import { setView } from '#stores/view.ts';
import { attempting } from '../shell/notices.ts';
import { whenText } from '../runs/run-words.ts';
import { runsOf, stateOf, tally } from './study-words.ts';
import styles from './studies.module.css';

export function EarlierStudies() {
  const studies = useStudies((state) => state.studies);
  const [deleted, setDeleted] = useState<Study | null>(null);
  const [now] = useState(() => new Date());
  return (
    <section className={styles['earlier']} aria-label="Studies of this device">
      <h3>Studies on this device</h3>
      {deleted ? (
        <div className={styles['deleted']}>
          <p>“{deleted.name}” is deleted; its runs stay.</p>
          <Button
            ref={(element) => element?.focus()}
            onClick={() => {
              void undeleteStudy(deleted.id);
              setDeleted(null);
            }}
          >
            Undo
          </Button>
        </div>
      ) : null}
      {studies.length === 0 ? (
        <p className="soft">
          None yet. Each run of a study is kept under Runs, and goes on after the page was closed.
        </p>
      ) : (
        <ul>
          {studies.map((study) => (
            <StudyRow key={study.id} study={study} now={now} onDelete={() => setDeleted(study)} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface StudyRowProps {
  readonly study: Study;
  readonly now: Date;
  readonly onDelete: () => void;
}

function StudyRow({ study, now, onDelete }: StudyRowProps) {
  const isHere = useStudies(({ active }) => active === study.id);
  const { name, members, createdAt, state } = study;
  const troubles = members.filter(({ reason }) => reason !== '');
  return (
    <li className={styles['study']} data-state={state}>
      <div className={styles['about']}>
        <b>{name}</b>
        <span className={styles['state']}>{stateOf(study, isHere)}</span>
        <small>
          {tally(members)} · {whenText(new Date(createdAt), now)}
        </small>
        {troubles.length > 0 ? (
          <details>
            <summary>Why some did not train to their end</summary>
            <ul>
              {troubles.map(({ label, reason }) => (
                <li key={label}>
                  {label}: {reason}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      <StudyActions study={study} isHere={isHere} onDelete={onDelete} />
    </li>
  );
}

interface StudyActionsProps {
  readonly study: Study;
  readonly isHere: boolean;
  readonly onDelete: () => void;
}

function StudyActions({ study, isHere, onDelete }: StudyActionsProps) {
  const { id, name, state } = study;
  const runs = runsOf(study);
  const resume = () =>
    attempting('The study does not go on', async () => {
      await resumeStudy(id);
      setView({ dialog: null });
    });
  const remove = () => {
    deleteStudy(id);
    onDelete();
  };
  return (
    <div className={styles['actions']}>
      {state === 'paused' ? (
        <Button aria-label={`Resume ${name}`} onClick={() => void resume()}>
          Resume
        </Button>
      ) : null}
      {runs.length > 0 ? (
        <Button aria-label={`Compare the runs of ${name}`} onClick={() => openCompare(runs)}>
          Compare
        </Button>
      ) : null}
      {isHere ? (
        <Button aria-label={`Stop ${name}`} onClick={() => void stopStudy(id)}>
          Stop
        </Button>
      ) : state === 'training' ? null : (
        <Button variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={remove}>
          Delete
        </Button>
      )}
    </div>
  );
}

/** How far the study on the page is, and what can be done about it; how it ended, once it has. */
import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconStack2 } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { formatDuration } from '#lib/format.ts';
import { openCompare } from '#stores/compare.ts';
import { useLibrary } from '#stores/library.ts';
import { stepsOf } from '#stores/new-record.ts';
import { useRun } from '#stores/run-state.ts';
import {
  dismissStudy,
  pauseStudy,
  putStudyAside,
  resumeStudy,
  stopStudy,
  useStudies,
  type Study,
} from '#stores/studies.ts';
import { progressOf } from '#stores/study-progress.ts';
import { attempting } from '../shell/notices.ts';
import { bestInWords, howItEnded, runsOf, tally } from './study-words.ts';
import styles from './studies.module.css';

export function StudyStrip({ id }: { readonly id: string }) {
  const study = useStudies(({ studies }) => studies.find((each) => each.id === id));
  const isHere = useStudies(({ active }) => active === id);
  if (!study) return null;
  return isHere ? <Going study={study} /> : <Left study={study} />;
}

interface StripProps {
  readonly children: ReactNode;
  readonly actions: ReactNode;
  readonly isTrouble?: boolean;
}

function Strip({ children, actions, isTrouble = false }: StripProps) {
  const Icon = isTrouble ? IconAlertTriangle : IconStack2;
  return (
    <section className={styles['strip']} aria-label="Study" data-trouble={isTrouble || undefined}>
      <Icon size={17} stroke={1.7} aria-hidden />
      {children}
      <div className={styles['actions']}>{actions}</div>
    </section>
  );
}

function Compare({ study }: { readonly study: Study }) {
  const runs = runsOf(study);
  return runs.length === 0 ? null : <Button onClick={() => openCompare(runs)}>Compare</Button>;
}

const resume = (id: string) => void attempting('The study does not go on', () => resumeStudy(id));

function Going({ study }: { readonly study: Study }) {
  const [isAsking, setAsking] = useState(false);
  const { id, state } = study;
  if (isAsking) return <StopQuestion study={study} onAnswer={() => setAsking(false)} />;
  return (
    <Strip
      actions={
        <>
          {state === 'training' ? (
            <Button onClick={() => void pauseStudy()}>Pause</Button>
          ) : (
            <>
              <Button variant="filled" onClick={() => resume(id)}>
                Go on
              </Button>
              <Button onClick={() => void putStudyAside()}>Put aside</Button>
            </>
          )}
          <Button onClick={() => setAsking(true)}>Stop</Button>
          <Compare study={study} />
        </>
      }
    >
      <Progress study={study} />
    </Strip>
  );
}

function Progress({ study }: { readonly study: Study }) {
  const place = useStudies(({ member }) => member);
  const runs = useLibrary((library) => library.runs);
  const current = useLibrary((library) => library.current);
  const step = useRun((run) => run.step);
  const { members, name, state } = study;
  const member = place === null ? undefined : members[place];
  const { done, total, secondsLeft } = progressOf(study, runs, { id: current, step }, stepsOf);
  const share = total > 0 ? done / total : 0;
  const left =
    state === 'paused' ? 'paused' : secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`;
  const percent = `${Math.floor(100 * share)} %`;
  return (
    <>
      <p className={styles['words']}>
        <b>{name}</b>
        {member && place !== null ? (
          <span>
            {place + 1} of {members.length}: {member.label}
          </span>
        ) : null}
      </p>
      <progress
        aria-label={`Progress of ${name}`}
        aria-valuetext={[percent, left].filter(Boolean).join(', ')}
        max={1}
        value={share}
      />
      <span className={`mono ${styles['figures']}`}>
        {percent}
        {left ? ` · ${left}` : ''}
      </span>
    </>
  );
}

/** Stopping is for good: what can still be done is said before. */
function StopQuestion({ study, onAnswer }: { readonly study: Study; readonly onAnswer: () => void }) {
  const open = study.members.filter(({ state }) => state === 'waiting' || state === 'training').length;
  const runs = open === 1 ? '1 run is' : `${open} runs are`;
  return (
    <Strip
      actions={
        <>
          <Button variant="filled" ref={intoFocus} onClick={() => void stopStudy(study.id)}>
            Stop for good
          </Button>
          {study.state === 'training' ? (
            <Button onClick={() => void putStudyAside()}>Put aside</Button>
          ) : null}
          <Button onClick={onAnswer}>Do not stop</Button>
        </>
      }
    >
      <p className={styles['words']} role="alert">
        <b>Stop “{study.name}”?</b>
        <span>{runs} not trained to the end. What is trained is kept. Put aside, it can go on later.</span>
      </p>
    </Strip>
  );
}

/** Off the page: through, stopped, or put aside. */
function Left({ study }: { readonly study: Study }) {
  const trouble = useStudies((state) => state.trouble);
  const runs = useLibrary((library) => library.runs);
  const { id, name, state, members } = study;
  return (
    <Strip
      isTrouble={trouble !== null}
      actions={
        <>
          {state === 'paused' ? <Button onClick={() => resume(id)}>Go on</Button> : null}
          <Compare study={study} />
          <CloseButton size="sm" aria-label="Dismiss" onClick={dismissStudy} />
        </>
      }
    >
      <output className={styles['words']}>
        <b>
          “{name}” {howItEnded(study)}
        </b>
        <span>{trouble ?? `${tally(members)}.`}</span>
        <span>{bestInWords(study, runs)}</span>
      </output>
    </Strip>
  );
}

/** What was pressed is gone: the answer is where one is now. */
const intoFocus = (element: HTMLElement | null) => element?.focus();

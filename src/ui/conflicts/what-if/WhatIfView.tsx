/** What every other method would make of the gradients as they are now, and what that would do to each task's loss. */
import { SegmentedControl, Switch } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type ReactNode, useMemo, useState } from 'react';
import { formatCount } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { useRun } from '#stores/run-state.ts';
import { setView, useView } from '#stores/view.ts';
import { numberText } from '../../shared/number-text.ts';
import { TextButton } from '../../shared/TextButton.tsx';
import { Explanation } from '../Explanation.tsx';
import { AnswerTable, type Group, groupNames, groups } from './AnswerTable.tsx';
import { atSize, plainSize } from './directions.ts';
import { type Answers, useAnswers } from './use-answers.ts';
import styles from './what-if.module.css';

/** Width of a table with all three groups of columns, in pixels, and of one column of a task. */
const base = 380;
const perTask = 200;

export function WhatIfView() {
  const [held, setHeld] = useState(false);
  const answers = useAnswers(held);
  const alone = useExperiment(({ experiment }) => experiment.tasks.length < 2);
  return (
    <div className={styles['view']}>
      <Explanation
        of="what if"
        shows="Every method is asked what it would do with the losses and gradients just measured: how it would weigh the tasks, how well its step would agree with each task's own gradient (1: fully, 0: not at all, below 0: against it), and by how much each loss would then change, to first order."
        problem="A task whose agreement is below zero: the step would raise its loss. It matters where that lasts, and where the task is one you care about."
        remedy="Find a method that no task loses by, and switch to it here; compare at the same step length, since some methods merely take longer steps. If all of them come out alike, the tasks do not conflict, and equal weights are as good and cheaper."
      />
      {answers ? (
        <Answered answers={answers} held={held} onHold={setHeld} />
      ) : (
        <p className={styles['empty']}>{alone ? withOneTask : <Waiting />}</p>
      )}
    </div>
  );
}

const withOneTask =
  'With one task there is nothing to weigh: all methods take the same step. Add a task at the left to compare them.';

/** Why there are no answers yet, and what brings them. */
function Waiting() {
  const hasTrained = useRun(({ step }) => step > 0);
  const isMeasured = useRun(({ gramians, layerGramians }) => gramians.length + layerGramians.length > 0);
  const every = useView((state) => state.watchEvery);
  if (isMeasured) return 'Asking the methods …';
  if (!hasTrained) return 'Press Train: once gradients are measured, every method answers here.';
  return every === null ? (
    <>
      No gradients of this run were measured.{' '}
      <TextButton onClick={() => setView({ watchEvery: 50 })}>Measure every 50 steps</TextButton>
    </>
  ) : (
    'No gradients of this run were measured yet: train on.'
  );
}

interface AnsweredProps {
  readonly answers: Answers;
  readonly held: boolean;
  readonly onHold: (held: boolean) => void;
}

function Answered({ answers: { moment, answers, inUse }, held, onHold }: AnsweredProps) {
  const [sameSize, setSameSize] = useState(true);
  const [group, setGroup] = useState<Group>('alignment');
  const { ref, width } = useElementSize();
  const roomy = width >= base + perTask * moment.tasks.length;
  const shown = useMemo(
    () =>
      sameSize
        ? answers.map((answer) =>
            'direction' in answer
              ? { ...answer, direction: atSize(answer.direction, plainSize(moment)) }
              : answer,
          )
        : answers,
    [answers, moment, sameSize],
  );
  return (
    <div ref={ref} className={styles['answered']}>
      <div className={styles['options']}>
        {roomy ? null : (
          <SegmentedControl
            size="xs"
            aria-label="Columns"
            data={groups.map((value) => ({ value, label: groupNames[value] }))}
            value={group}
            onChange={setGroup}
          />
        )}
        <Switch
          label="Same step length"
          checked={sameSize}
          onChange={(event) => setSameSize(event.currentTarget.checked)}
        />
        <Switch label="Hold" checked={held} onChange={(event) => onHold(event.currentTarget.checked)} />
        <span className={styles['of']}>
          step <b className="mono">{formatCount(moment.step)}</b>
        </span>
      </div>
      <AnswerTable answers={shown} groups={roomy ? groups : [group]} inUse={inUse} />
      <Notes answers={{ moment, answers, inUse }} />
    </div>
  );
}

/** What the numbers are, and what they are not. */
function Notes({ answers: { moment, answers } }: { readonly answers: Answers }) {
  const tasks = useRun(({ experiment }) => experiment?.tasks ?? []);
  const missing = tasks.filter(({ id }) => moment.unlabelled.includes(id)).map(({ name }) => name);
  const rate = Number.isFinite(moment.learningRate)
    ? numberText(Number(moment.learningRate.toPrecision(3)))
    : '';
  const marks: ReactNode[] = [];
  const has = (mark: 'isStart' | 'isDrawn') =>
    answers.some((answer) => 'direction' in answer && answer[mark]);
  if (has('isStart'))
    marks.push(' Methods marked “as at its start” remember earlier steps, but are asked without them.');
  if (has('isDrawn'))
    marks.push(' Methods marked “one draw” choose at random: another step has other weights.');
  return (
    <p className={styles['notes']}>
      Changes are predicted for one step of plain gradient descent with the learning rate {rate}, on{' '}
      {moment.by === 'parameters'
        ? 'the shared parameters'
        : 'the shared representation itself, by which these gradients were taken: compare them with each other, not with the curves'}
      ; other optimisers scale and remember, and heads learn besides. Other methods than the one in use answer
      with their default settings.
      {marks}
      {missing.length > 0 ? ` No image of this batch had a label of ${missing.join(', ')}.` : ''}
    </p>
  );
}

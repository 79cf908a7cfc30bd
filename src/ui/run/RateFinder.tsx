/** The window that looks for a learning rate: from where to where, how it goes, what it found, and the button that uses it. */
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { rateRangeSchema, usualRange, type RateRange, type RateSuggestion } from '#experiment/rate-range.ts';
import { formatCount } from '#lib/format.ts';
import { useDataset } from '#stores/dataset.ts';
import { useExperiment } from '#stores/experiment.ts';
import {
  checkpointStep,
  endFinding,
  finderObstacle,
  findRate,
  useRateFinder,
  type RangeStart,
} from '#stores/rate-finder.ts';
import { pause } from '#stores/run.ts';
import { useRun } from '#stores/run-state.ts';
import { setView } from '#stores/view.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import { numberText } from '../shared/number-text.ts';
import { tell } from '../shell/notices.ts';
import { useLayout } from '../shell/use-layout.ts';
import { editTraining } from './edits.ts';
import { RateChart } from './RateChart.tsx';
import styles from './rate-finder.module.css';

function close(): void {
  void endFinding();
  setView({ dialog: null });
}

export function RateFinder() {
  const phone = useLayout() === 'phone';
  return (
    <Modal
      opened
      onClose={close}
      title="Find a learning rate"
      size={720}
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={styles['finder']}>
        <p className="soft">
          Trains with a rate that rises from step to step, until the loss is four times its best. Look for the
          stretch where it falls the fastest: a good rate lies there, well before it turns up. The run on the
          page is not touched.
        </p>
        <Contents />
      </div>
    </Modal>
  );
}

function Contents() {
  const optimiser = useExperiment(({ experiment }) => experiment.training.optimiser);
  const lastRange = useRateFinder(({ tested }) => tested?.range);
  const [range, setRange] = useState<RateRange>(() => lastRange ?? usualRange(optimiser));
  const [start, setStart] = useState<RangeStart>('fresh');
  const check = rateRangeSchema.safeParse(range);
  const problem = check.success ? null : (check.error.issues[0]?.message ?? null);
  return (
    <>
      <Form
        range={range}
        start={start}
        onRange={(change) => setRange({ ...range, ...change })}
        onStart={setStart}
      >
        <TestButton range={range} start={start} isValid={problem === null} />
      </Form>
      {problem ? <p role="alert">The last rate {problem}.</p> : null}
      <Obstacle range={range} start={start} isValid={problem === null} />
      <Outcome range={range} />
    </>
  );
}

interface FormProps {
  readonly range: RateRange;
  readonly start: RangeStart;
  readonly onRange: (change: Partial<RateRange>) => void;
  readonly onStart: (start: RangeStart) => void;
  readonly children: ReactNode;
}

const limits = { minimum: 1e-12, maximum: 100 };
const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

function Form({ range, start, onRange, onStart, children }: FormProps) {
  const experiment = useExperiment((state) => state.experiment);
  const step = useRun((run) => checkpointStep(run, experiment));
  const rate = (value: number) => within(value, limits.minimum, limits.maximum);
  return (
    <div className={styles['form']}>
      <label htmlFor="range-low">
        From
        <NumberField
          id="range-low"
          {...limits}
          value={range.low}
          onCommit={(low) => onRange({ low: rate(low) })}
        />
      </label>
      <label htmlFor="range-high">
        To
        <NumberField
          id="range-high"
          {...limits}
          value={range.high}
          onCommit={(high) => onRange({ high: rate(high) })}
        />
      </label>
      <label htmlFor="range-steps">
        Steps
        <NumberField
          id="range-steps"
          integer
          minimum={10}
          maximum={1000}
          value={range.steps}
          onCommit={(steps) => onRange({ steps: within(steps, 10, 1000) })}
        />
      </label>
      {step === null ? null : (
        <label htmlFor="range-start">
          Begin with
          <ChoiceField
            id="range-start"
            value={start}
            options={['fresh', 'checkpoint'] as const}
            labelOf={(each) => (each === 'fresh' ? 'fresh weights' : `weights of step ${formatCount(step)}`)}
            onCommit={onStart}
          />
        </label>
      )}
      {children}
    </div>
  );
}

interface TestProps {
  readonly range: RateRange;
  readonly start: RangeStart;
  readonly isValid: boolean;
}

function useObstacle(): string | null {
  const experiment = useExperiment((state) => state.experiment);
  const problem = useExperiment((state) => state.problems[0]?.rule);
  const status = useRun((run) => run.status);
  const data = useDataset((state) => state.status);
  const key = useDataset((state) => state.key);
  return problem ?? finderObstacle({ status }, experiment, { status: data, key });
}

function TestButton({ range, start, isValid }: TestProps) {
  const isRunning = useRateFinder(({ status }) => status === 'running');
  const wasTested = useRateFinder(({ tested }) => tested !== null);
  const obstacle = useObstacle();
  if (isRunning) return <Button onClick={() => void endFinding()}>Stop</Button>;
  return (
    <Button
      variant={wasTested ? 'default' : 'filled'}
      disabled={!isValid || obstacle !== null}
      onClick={() => void findRate(range, start)}
    >
      {wasTested ? 'Test again' : 'Test'}
    </Button>
  );
}

/** Why no test can begin, and what to do about it. */
function Obstacle({ range, start, isValid }: TestProps) {
  const obstacle = useObstacle();
  const status = useRun((run) => run.status);
  const isTesting = useRateFinder((finder) => finder.status === 'running');
  if (obstacle === null || isTesting) return null;
  return (
    <div className={styles['progress']}>
      <output>{obstacle}</output>
      {status === 'running' ? (
        <Button disabled={!isValid} onClick={() => void pause().then(() => findRate(range, start))}>
          Pause it and test
        </Button>
      ) : null}
    </div>
  );
}

/** The curve as it grows, and in the end what it suggests. */
function Outcome({ range }: { readonly range: RateRange }) {
  const { status, tested, points, suggestion, error } = useRateFinder((state) => state);
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <>
      {error ? (
        <p role="alert" className={styles['error']}>
          {error}
        </p>
      ) : null}
      <RateChart
        points={points}
        tasks={tested?.experiment.tasks ?? tasks}
        range={tested?.range ?? range}
        suggestion={suggestion}
      />
      {status === 'running' && tested ? <Progress done={points.length} total={tested.range.steps} /> : null}
      {status === 'done' && suggestion ? <Suggestions suggestion={suggestion} /> : null}
    </>
  );
}

function Progress({ done, total }: { readonly done: number; readonly total: number }) {
  return (
    <div className={styles['progress']}>
      <progress aria-label="Progress of the test" max={total} {...(done > 0 ? { value: done } : {})} />
      <span className="mono">{done > 0 ? `${done} / ${total}` : 'Preparing the network'}</span>
    </div>
  );
}

function choose(rate: number): void {
  if (!editTraining(() => ({ learningRate: rate }))) return;
  close();
  tell(`Learning rate ${numberText(rate)}`, 'Undo takes it back.');
}

function Suggestions({ suggestion }: { readonly suggestion: RateSuggestion }) {
  const { steepest, tenthOfLowest, reason } = suggestion;
  const tested = useRateFinder((finder) => finder.tested?.experiment);
  const experiment = useExperiment((state) => state.experiment);
  const rates = [
    { rate: steepest, words: 'where the smoothed loss falls the fastest over the logarithm of the rate.' },
    {
      rate: tenthOfLowest,
      words: 'a tenth of the rate at which it was lowest: the more careful rule of thumb.',
    },
  ];
  const { learningRate: _rate, schedule: _schedule, ...training } = experiment.training;
  const isOther =
    tested &&
    JSON.stringify({ ...experiment, training: { ...tested.training, ...training } }) !==
      JSON.stringify(tested);
  return (
    <div className={styles['suggestions']}>
      {rates.map(({ rate, words }, index) =>
        rate === null ? null : (
          <div key={words}>
            <Button variant={index === 0 ? 'filled' : 'default'} onClick={() => choose(rate)}>
              Use {numberText(rate)}
            </Button>
            <span>{words}</span>
          </div>
        ),
      )}
      {reason ? <p>{reason}</p> : null}
      {isOther ? <p className="soft">The experiment has changed since this test.</p> : null}
    </div>
  );
}

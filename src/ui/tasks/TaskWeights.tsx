/** A fader per task, for methods whose settings have a weight per task. */
import { Slider } from '@mantine/core';
import { useRef } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import { NumberField } from '../shared/NumberField.tsx';
import { taskColour } from '../task-colour.ts';
import { setWeight, weightsOf } from './edits.ts';
import styles from './tasks.module.css';

export function TaskWeights() {
  const experiment = useExperiment((state) => state.experiment);
  const weights = weightsOf(experiment);
  return (
    <ul className={styles['weights']} aria-label="Task weights">
      {experiment.tasks.map((task, index) => (
        <WeightFader
          key={task.id}
          id={task.id}
          name={task.name}
          colour={taskColour(index)}
          weight={weights[task.id] ?? 1}
        />
      ))}
    </ul>
  );
}

const most = 4;

interface WeightFaderProps {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly weight: number;
}

/** Acts on the run at once; undo takes back a whole drag. */
function WeightFader({ id, name, colour, weight }: WeightFaderProps) {
  const dragging = useRef(false);
  return (
    <li style={{ '--task': colour }}>
      <i className={styles['dot']} aria-hidden />
      <Slider
        size={3}
        thumbSize={14}
        min={0}
        max={most}
        step={0.05}
        label={null}
        color={colour}
        thumbLabel={`Weight of ${name}`}
        value={Math.min(most, weight)}
        onChange={(value) => {
          setWeight(id, value, dragging.current);
          dragging.current = true;
        }}
        onChangeEnd={() => {
          dragging.current = false;
        }}
      />
      <NumberField
        aria-label={`Weight of ${name}, as a number`}
        value={weight}
        minimum={0}
        maximum={1000}
        onCommit={(value) => setWeight(id, value)}
      />
    </li>
  );
}

/** How the curves are looked at: smoothing, x axis, logarithmic axes. */
import { SegmentedControl, Slider, Tooltip, UnstyledButton } from '@mantine/core';
import { setView, useView, type XAxis, xAxes } from '#stores/view.ts';
import { sharedZoom, useShared } from '../charts/link.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './results.module.css';

/** The slider runs evenly over 1, 10, 100, 1000 steps of memory: a weight w of the past remembers about 1 / (1 − w). */
const decades = 3;
const weightAt = (place: number) => (place <= 0 ? 0 : Number((1 - 10 ** (-decades * place)).toFixed(4)));
const placeOf = (weight: number) => (weight <= 0 ? 0 : -Math.log10(1 - weight) / decades);
const memory = (weight: number) => Math.max(1, Math.round(1 / (1 - weight)));

const axisNames: Readonly<Record<XAxis, string>> = { step: 'Step', epoch: 'Epoch', seconds: 'Seconds' };

export function CurveOptions() {
  const xAxis = useView((state) => state.xAxis);
  const zoom = useShared(sharedZoom);
  return (
    <div className={styles['options']}>
      {zoom ? <TextButton onClick={() => sharedZoom.set(null)}>Show all</TextButton> : null}
      <Smoothing />
      <SegmentedControl
        size="xs"
        aria-label="X axis"
        data={xAxes.map((axis) => ({ value: axis, label: axisNames[axis] }))}
        value={xAxis}
        onChange={(axis) => {
          sharedZoom.set(null);
          setView({ xAxis: axis });
        }}
      />
      <LogSwitches />
    </div>
  );
}

function Smoothing() {
  const smoothing = useView((state) => state.smoothing);
  return <SmoothingSlider smoothing={smoothing} onChange={(weight) => setView({ smoothing: weight })} />;
}

interface SmoothingSliderProps {
  /** Weight of the past, 0…0.999. */
  readonly smoothing: number;
  readonly onChange: (weight: number) => void;
}

export function SmoothingSlider({ smoothing, onChange }: SmoothingSliderProps) {
  const steps = memory(smoothing);
  return (
    <div className={styles['smoothing']}>
      <Tooltip
        label={
          steps === 1
            ? 'Not smoothed'
            : `Averages over about ${steps} steps, without bias at the start; the measured line stays faint`
        }
        multiline
        w={220}
      >
        <span>smooth</span>
      </Tooltip>
      <Slider
        size={3}
        min={0}
        max={1}
        step={0.01}
        label={(place) => memory(weightAt(place))}
        thumbLabel="Smoothing"
        value={placeOf(smoothing)}
        onChange={(place) => onChange(weightAt(place))}
      />
    </div>
  );
}

function LogSwitches() {
  const logX = useView((state) => state.logX);
  const logY = useView((state) => state.logY);
  return (
    <div className={styles['toggles']}>
      <Toggle label="log x" isOn={logX} onToggle={() => setView({ logX: !logX })} />
      <Toggle
        label="log y"
        help="For losses, errors, learning rate and gradient norm"
        isOn={logY}
        onToggle={() => setView({ logY: !logY })}
      />
    </div>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly help?: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
}

/** A switch for one of the options. */
export function Toggle({ label, help, isOn, onToggle }: ToggleProps) {
  return (
    <Tooltip label={help} disabled={!help}>
      <UnstyledButton className={styles['toggle']} aria-pressed={isOn} onClick={onToggle}>
        {label}
      </UnstyledButton>
    </Tooltip>
  );
}

/** The inspector of one layer. */
import { describeLayer, layers, type Layer } from '#experiment/layers/index.ts';
import type { LayerPlan, NetworkPlan } from '#experiment/plan.ts';
import { formatFlops } from '#lib/format.ts';
import { formatShape, type Shape } from '#lib/shape.ts';
import { editExperiment, useExperiment } from '#stores/experiment.ts';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { Section } from '../shared/Section.tsx';
import { TextButton } from '../shared/TextButton.tsx';
import { applyEdit } from './apply.ts';
import { changeSetting, removeLayer } from './edits.ts';
import { problemAt } from './graph.ts';
import { LayerTools } from './LayerTools.tsx';
import styles from './network.module.css';
import { ParameterTable } from './ParameterTable.tsx';
import { ProblemText } from './ProblemText.tsx';
import { parsePlace } from './places.ts';
import { inspectorId } from './SelectionBar.tsx';
import { parameterText } from './words.ts';

/** The plan of a layer; undefined where the network does not get that far. */
function planOf({ trunk, heads }: NetworkPlan, path: string): LayerPlan | undefined {
  return [...trunk, ...heads.flatMap((head) => head.layers)].find((each) => each.path === path);
}

export function LayerDetails({ path, layer }: { path: string; layer: Layer }) {
  const { definition, label } = describeLayer(layer);
  const plan = useExperiment((state) => planOf(state.plan, path));
  const problem = useExperiment((state) => problemAt(state.problems, path));
  const rejected = useExperiment((state) => problemAt(state.rejected, path));
  return (
    <Section
      title={label}
      action={
        <TextButton onClick={() => applyEdit((experiment) => removeLayer(experiment, path))}>
          Remove
        </TextButton>
      }
    >
      <Whereabouts path={path} name={definition.name} />
      <LayerTools path={path} />
      <SchemaForm
        schema={layers[layer.kind].schema}
        value={layer}
        onChange={(key, value) => editExperiment((experiment) => changeSetting(experiment, path, key, value))}
      />
      {rejected ? <ProblemText problem={rejected} refused /> : null}
      {problem ? <ProblemText problem={problem} /> : null}
      {plan ? <Cost plan={plan} /> : null}
      {plan || problem ? null : (
        <p className={styles['note']}>Not reached: a layer before it does not fit.</p>
      )}
      <p className={styles['note']}>{definition.help}</p>
      {plan && plan.parameters.length > 0 ? <ParameterTable parameters={plan.parameters} /> : null}
    </Section>
  );
}

/** "Convolution, layer 3 of 5 in the trunk". */
function Whereabouts({ path, name }: { path: string; name: string }) {
  const place = parsePlace(path);
  const experiment = useExperiment((state) => state.experiment);
  if (!place) return null;
  const task = experiment.tasks.find(({ id }) => id === place.task);
  const stack = place.task === null ? experiment.trunk : experiment.heads[place.task];
  return (
    <p className={styles['whereabouts']} id={inspectorId}>
      {name} · layer {place.index + 1} of {stack?.length ?? 0} in{' '}
      {task ? `the head of ${task.name}` : 'the shared trunk'}
    </p>
  );
}

/** "16×16×10 → 12×12×20 · 5,020 parameters · 1.4 MFLOP". */
function Cost({ plan }: { plan: LayerPlan }) {
  const shape = (value: Shape) => formatShape(value);
  return (
    <p className={styles['cost']}>
      <span className={styles['mono']}>
        {shape(plan.input)} → {shape(plan.output)}
      </span>{' '}
      · {parameterText(plan.parameterCount)} · {formatFlops(plan.flops)}
    </p>
  );
}

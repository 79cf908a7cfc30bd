/** The inspector of a task's output: what it learns, and the projection that its kind adds to the head. */
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { formatFlops } from '#lib/format.ts';
import { formatShape } from '#lib/shape.ts';
import { useExperiment } from '#stores/experiment.ts';
import { Section } from '../shared/Section.tsx';
import { taskColour } from '../task-colour.ts';
import { outputDetail, problemAt } from './graph.ts';
import { CopyHead } from './LayerTools.tsx';
import styles from './network.module.css';
import { ParameterTable } from './ParameterTable.tsx';
import { ProblemText } from './ProblemText.tsx';
import { parameterText } from './words.ts';

export function OutputDetails({ task }: { task: Task }) {
  const info = useExperiment((state) => state.info);
  const index = useExperiment(({ experiment }) => experiment.tasks.findIndex(({ id }) => id === task.id));
  const problem = useExperiment((state) => problemAt(state.problems, `tasks.${task.id}`));
  const projection = useExperiment(({ plan, experiment }) => {
    const head = plan.heads.find((each) => each.task.id === task.id);
    return head?.layers[experiment.heads[task.id]?.length ?? 0];
  });
  const { definition, lossName, metrics } = describeTask(task);
  const detail = outputDetail(task, info);
  return (
    <Section title={`Output · ${task.name}`}>
      <p className={styles['whereabouts']}>
        <span className={styles['dot']} style={{ background: taskColour(index) }} />
        {definition.name}
        {detail ? ` · ${detail}` : ''}
      </p>
      {problem ? <ProblemText problem={problem} /> : null}
      <p className={styles['note']}>
        {definition.help} Trained on {lossName}; judged by{' '}
        {metrics.map(({ name }) => name.toLowerCase()).join(' and ')}.
      </p>
      {projection ? (
        <>
          <p className={styles['cost']}>
            <span className={styles['mono']}>
              {formatShape(projection.input)} → {formatShape(projection.output)}
            </span>{' '}
            · {parameterText(projection.parameterCount)} · {formatFlops(projection.flops)}
          </p>
          <p className={styles['note']}>
            The last layer comes from the task: one dense unit per output, without activation. It cannot be
            removed.
          </p>
          <ParameterTable parameters={projection.parameters} />
        </>
      ) : null}
      <div className={styles['tools']}>
        <CopyHead task={task.id} />
      </div>
    </Section>
  );
}

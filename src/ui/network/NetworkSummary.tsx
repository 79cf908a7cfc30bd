/** The inspector with nothing selected: the network's parts, what they cost, and what one can do. */
import type { MemoryForecast } from '#experiment/memory.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import { formatBytes, formatCount, formatFlops, formatPercent } from '#lib/format.ts';
import { useExperiment } from '#stores/experiment.ts';
import { Section } from '../shared/Section.tsx';
import { taskColour } from '../task-colour.ts';
import styles from './network.module.css';

export function NetworkSummary() {
  const plan = useExperiment((state) => state.plan);
  const forecast = useExperiment((state) => state.forecast);
  const batch = useExperiment((state) => state.experiment.training.batchSize);
  return (
    <Section title="Whole network">
      <p className={styles['note']}>
        Click a layer to edit it, drag it to reorder, press + between two to insert.
      </p>
      <Parts plan={plan} />
      <Memory forecast={forecast} batch={batch} />
      <Keys />
    </Section>
  );
}

function Parts({ plan }: { plan: NetworkPlan }) {
  const tasks = useExperiment((state) => state.experiment.tasks);
  const parts = [
    { name: 'Shared trunk', layers: plan.trunk, colour: 'var(--ink-soft)' },
    ...plan.heads.map(({ task, layers }) => ({
      name: task.name,
      layers,
      colour: taskColour(tasks.findIndex(({ id }) => id === task.id)),
    })),
  ].map(({ layers, ...part }) => ({
    ...part,
    parameters: layers.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
    flops: layers.reduce((sum, { flops }) => sum + flops, 0),
  }));
  const shared = plan.parameterCount > 0 ? plan.sharedParameterCount / plan.parameterCount : Number.NaN;
  return (
    <>
      <div className={styles['shares']} aria-hidden>
        {parts.map(({ name, parameters, colour }) => (
          <span key={name} style={{ flexGrow: parameters, background: colour }} />
        ))}
      </div>
      <table className={styles['table']}>
        <caption>{formatPercent(shared)} of the parameters are shared by all tasks</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Parameters</th>
            <th scope="col">Per image</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ name, parameters, flops, colour }) => (
            <tr key={name}>
              <th scope="row">
                <span className={styles['dot']} style={{ background: colour }} />
                {name}
              </th>
              <td>{formatCount(parameters)}</td>
              <td>{formatFlops(flops)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Memory({ forecast, batch }: { forecast: MemoryForecast; batch: number }) {
  const rows = [
    [`Activations of ${batch} images`, forecast.activations],
    [forecast.isStreamed ? 'Window of the data set, labels' : 'Data set', forecast.dataset],
    ['Parameters and their copies', forecast.parameters],
    ['Gradients', forecast.gradients],
    ['Optimiser', forecast.optimiser],
    ['Multi-task method', forecast.method],
    ['Checkpoint', forecast.checkpoint],
  ] as const;
  return (
    <details className={styles['details']}>
      <summary>
        GPU memory to train <span className={styles['mono']}>{formatBytes(forecast.total)}</span>
      </summary>
      <table className={styles['table']}>
        <tbody>
          {rows
            .filter(([, bytes]) => bytes > 0)
            .map(([name, bytes]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatBytes(bytes)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}

const keys = [
  [['←', '→'], 'Walk the graph'],
  [['Alt', '→'], 'Move the layer'],
  [['Del'], 'Remove it'],
  [['Ctrl', 'D'], 'Duplicate it'],
  [['+'], 'Insert after it'],
] as const;

function Keys() {
  return (
    <details className={styles['details']}>
      <summary>Keys</summary>
      <dl className={styles['keys']}>
        {keys.map(([names, action]) => (
          <div key={action}>
            <dt>{action}</dt>
            <dd>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What the members and their combinations are worth on the test part, and what can be taken away of it. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { formatCount, formatPercent, formatValue } from '#lib/format.ts';
import { exportPredictions, exportSoup } from '#stores/ensemble-files.ts';
import type { Ensemble } from '#stores/ensembles.ts';
import type { Download } from '#stores/files.ts';
import { useChoice } from '../compare/use-extra.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { saveExport } from '../shell/save-export.ts';
import { EnsembleTable } from './EnsembleTable.tsx';
import { type Measure, measures } from './table-data.ts';
import { wayIds, ways } from './words.ts';
import styles from './ensembles.module.css';

const measureNames: Readonly<Record<Measure, string>> = {
  main: 'main metric of each task',
  loss: 'loss',
  all: 'all metrics and losses',
};

export function EnsembleResults({ ensemble }: { readonly ensemble: Ensemble }) {
  const [measure, setMeasure] = useChoice('measure', measures);
  const { summary, samples, seed, members } = ensemble;
  const seeds = new Set(members.map(({ experiment }) => experiment.seed));
  return (
    <section aria-label="Results on the test part" className={styles['results']}>
      <div className={styles['head']}>
        <h3>On the test part</h3>
        <ChoiceField
          aria-label="What is shown"
          value={measure}
          options={measures}
          labelOf={(each) => measureNames[each]}
          onCommit={setMeasure}
        />
        <Exports ensemble={ensemble} />
      </div>
      <EnsembleTable ensemble={ensemble} measure={measure} />
      <p className="soft">
        {formatCount(samples.length)} test images of {summary.info.name}, drawn with seed {seed}.
        {seeds.size > 1 || !seeds.has(seed)
          ? ' Members of another seed were trained on other draws, none of which are among these images; their figures here are not those of their own test.'
          : ''}
      </p>
      <Diversity ensemble={ensemble} />
      <Explanations hasSoup={ensemble.soup !== null} />
      {ensemble.soupProblem ? <p className="soft">{ensemble.soupProblem}</p> : null}
    </section>
  );
}

/** On narrow pages, where they have no room in the table. */
function Explanations({ hasSoup }: { readonly hasSoup: boolean }) {
  return (
    <dl className={styles['explanations']}>
      {wayIds.map((way) =>
        way === 'soup' && !hasSoup ? null : (
          <div key={way}>
            <dt>{ways[way].name}</dt>
            <dd>
              {ways[way].what} {ways[way].when}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

const save = (make: () => Promise<Download>) => () => void saveExport(make);

function Exports({ ensemble }: { readonly ensemble: Ensemble }) {
  const icon = <IconDownload size={13} aria-hidden />;
  return (
    <fieldset className={styles['exports']} aria-label="Export">
      <Button
        size="compact-sm"
        leftSection={icon}
        title="A row per test sample: what is true, and what each member and combination says"
        onClick={save(() => exportPredictions(ensemble, 'table'))}
      >
        Predictions .csv
      </Button>
      <Button
        size="compact-sm"
        leftSection={icon}
        title="The same as lines of JSON"
        onClick={save(() => exportPredictions(ensemble, 'lines'))}
      >
        .jsonl
      </Button>
      {ensemble.soup ? (
        <Button size="compact-sm" leftSection={icon} onClick={save(() => exportSoup(ensemble))}>
          Averaged weights
        </Button>
      ) : null}
    </fieldset>
  );
}

/** How often members disagree, as one figure, and by task. */
function Diversity({ ensemble: { tasks } }: { readonly ensemble: Ensemble }) {
  const judged = tasks.filter(({ disagreement }) => !Number.isNaN(disagreement));
  if (judged.length === 0) return null;
  const classes = judged.filter(({ task }) => task.kind === 'classification');
  const mean = classes.reduce((sum, { disagreement }) => sum + disagreement, 0) / classes.length;
  const parts = judged.map(({ task, disagreement }) => {
    if (task.kind === 'regression') return `${task.name} ${formatValue(disagreement)} apart`;
    const of = task.kind === 'multi-label' ? ' of the labels' : '';
    return `${task.name} ${formatPercent(disagreement)}${of}`;
  });
  return (
    <p className={styles['diversity']}>
      {classes.length > 0 ? (
        <>
          Two members disagree on <b className="mono">{formatPercent(mean)}</b> of the test images
          {judged.length > 1 ? ` (${parts.join(', ')})` : ''}.{' '}
        </>
      ) : (
        <>Two members disagree: {parts.join(', ')}. </>
      )}
      <span className="soft">Members that never disagree gain nothing from each other.</span>
    </p>
  );
}

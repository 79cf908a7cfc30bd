/** What there is to know of a method: what it needs, what it remembers, what it costs, and who thought of it. */
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useExperiment } from '#stores/experiment.ts';
import type { Paper, Strategy } from '#strategies/strategy.ts';
import { costOf, costText, gradientChoices, gradientsOf, needsText } from './method-words.ts';
import styles from './tasks.module.css';

export function MethodFacts({ strategy }: { readonly strategy: Strategy }) {
  const { remembers, batches, paper, differs } = strategy;
  return (
    <dl className={styles['facts']}>
      <Fact name="Needs">{needsText(strategy)}</Fact>
      <Fact name="Remembers">{remembers ? 'from step to step; checkpoints keep it' : 'nothing'}</Fact>
      {batches ? <Fact name="Batches">{batches} in every step</Fact> : null}
      <Cost strategy={strategy} />
      {paper ? (
        <Fact name="Paper">
          <PaperLink paper={paper} />
        </Fact>
      ) : null}
      {differs ? <Fact name="Libraries">{differs}</Fact> : null}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** For this network, data and batch size. */
function Cost({ strategy }: { readonly strategy: Strategy }) {
  const { plan, info } = useExperiment((state) => state);
  const training = useExperiment(({ experiment }) => experiment.training);
  const cost = (by: (typeof gradientChoices)[number]) =>
    costText(costOf(strategy, by, { plan, info, training }));
  if (gradientsOf(strategy) !== 'either') return <Fact name="Cost">{cost('parameters')}</Fact>;
  return (
    <>
      <Fact name="Cost">by the shared representation {cost('representation')}</Fact>
      <Fact name="">by all shared parameters {cost('parameters')}</Fact>
    </>
  );
}

function PaperLink({ paper }: { readonly paper: Paper }) {
  return (
    <a className={styles['paper']} href={paper.url} target="_blank" rel="noopener noreferrer">
      {paper.authors}: {paper.title}. {paper.venue}
      <IconExternalLink size={11} aria-label="(opens in a new tab)" />
    </a>
  );
}

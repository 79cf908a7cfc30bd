/** One column: sections as tabs, the run bar fixed at the bottom. */
import { type Section, sections, setView, useView } from '#stores/view.ts';
import { NetworkPanel } from '../network/NetworkPanel.tsx';
import { LayerInspector } from '../network/LayerInspector.tsx';
import { ResultsPanel } from '../results/ResultsPanel.tsx';
import { RunFigures } from '../run/RunFigures.tsx';
import { TrainingSettings } from '../run/TrainingSettings.tsx';
import { inWords } from '../shared/fields-of.ts';
import { StudyBar } from '../studies/StudyBar.tsx';
import { LeftPanels } from './panels.tsx';
import { Problems } from './Problems.tsx';
import { RunControls } from './RunControls.tsx';
import { RunProgress } from './RunProgress.tsx';
import styles from './shell.module.css';

export function PhoneShell() {
  const section = useView((view) => view.section);
  return (
    <>
      <main className={styles['single']}>
        <div className={styles['tabs']} role="tablist" aria-label="Sections">
          {sections.map((each, index) => (
            <button
              key={each}
              type="button"
              role="tab"
              id={`tab-${each}`}
              aria-selected={each === section}
              aria-controls="section"
              tabIndex={each === section ? 0 : -1}
              onClick={() => setView({ section: each })}
              onKeyDown={(event) => {
                const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
                const next = sections[(index + by + sections.length) % sections.length];
                if (by === 0 || !next) return;
                setView({ section: next });
                document.getElementById(`tab-${next}`)?.focus();
              }}
            >
              {inWords(each)}
            </button>
          ))}
        </div>
        <div className={styles['panel']} id="section" role="tabpanel" aria-labelledby={`tab-${section}`}>
          <StudyBar />
          <Problems />
          <SectionContent section={section} />
        </div>
      </main>
      <footer className={styles['runBar']} aria-label="Run">
        <RunProgress />
        <RunControls />
      </footer>
    </>
  );
}

function SectionContent({ section }: { readonly section: Section }) {
  switch (section) {
    case 'data':
      return (
        <div className={styles['sheet']}>
          <LeftPanels />
        </div>
      );
    case 'network':
      return (
        <>
          <div className={styles['network']}>
            <NetworkPanel />
          </div>
          <div className={styles['sheet']}>
            <LayerInspector />
          </div>
        </>
      );
    case 'results':
      return (
        <div className={styles['results']}>
          <ResultsPanel />
        </div>
      );
    case 'settings':
      return (
        <div className={styles['sheet']}>
          <TrainingSettings />
          <RunFigures />
        </div>
      );
  }
}

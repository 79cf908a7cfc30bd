/** Training, validation and test: as the files say, or dealt by shares, alike in a column, with groups kept together. */
import type { ImportChoices, ImportView } from '#data/importing/import-view.ts';
import { splitNames, type SplitCounts } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import { SplitBar } from '../data/SplitBar.tsx';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import styles from './import.module.css';
import { saysParts } from './choices.ts';

type Split = ImportChoices['split'];

interface PartSettingsProps {
  readonly view: ImportView;
  readonly split: Split;
  /** What it comes to; null while that is not known. */
  readonly counts: SplitCounts | null;
  readonly onChange: (split: Partial<Split>) => void;
}

const percent = (value: number) => Math.min(90, Math.max(0, value)) / 100;

/** What the files leave to decide: all three parts, or one. */
function openParts({ said }: ImportView, anew: boolean): { validation: boolean; test: boolean } {
  if (anew) return { validation: true, test: true };
  return { validation: said.validation === 0, test: said.test === 0 };
}

export function PartSettings({ view, split, counts, onChange }: PartSettingsProps) {
  const says = saysParts(view);
  const anew = !says || split.anew === true;
  const open = openParts(view, anew);
  return (
    <div>
      {says ? <Source view={view} anew={anew} onChange={onChange} /> : null}
      {counts ? <SplitBar counts={counts} /> : null}
      {(['validation', 'test'] as const).map((part) =>
        open[part] ? (
          <FieldRow key={part} label={`${part === 'test' ? 'Test' : 'Validation'}, %`}>
            {(ids) => (
              <NumberField
                {...ids}
                minimum={0}
                maximum={90}
                value={Math.round(split[part] * 1000) / 10}
                onCommit={(value) => onChange({ [part]: percent(value) })}
              />
            )}
          </FieldRow>
        ) : null,
      )}
      {open.validation || open.test ? <Dealing view={view} split={split} onChange={onChange} /> : null}
    </div>
  );
}

interface SourceProps {
  readonly view: ImportView;
  readonly anew: boolean;
  readonly onChange: (split: Partial<Split>) => void;
}

function Source({ view: { said }, anew, onChange }: SourceProps) {
  const words = splitNames
    .filter((part) => said[part] > 0)
    .map((part) => `${part} ${formatCount(said[part])}`)
    .join(', ');
  return (
    <fieldset className={styles['choice']}>
      <legend className={styles['unseen']}>Where the parts come from</legend>
      <label>
        <input type="radio" name="parts" checked={!anew} onChange={() => onChange({ anew: false })} />
        <span>
          As the files say
          <small>
            {words}
            {said.none > 0 ? `; ${formatCount(said.none)} without a part` : ''}
          </small>
        </span>
      </label>
      <label>
        <input type="radio" name="parts" checked={anew} onChange={() => onChange({ anew: true })} />
        <span>Dealt anew</span>
      </label>
    </fieldset>
  );
}

function Dealing({ view, split, onChange }: Omit<PartSettingsProps, 'counts'>) {
  const name = (key: string) => view.columns.find((each) => each.key === key)?.plan.name ?? 'nothing';
  const field = (label: string, help: string, value: string | null, change: (key: string | null) => void) => (
    <FieldRow label={label} help={help}>
      {(ids) => (
        <ChoiceField
          {...ids}
          value={value ?? ''}
          options={['', ...view.columns.map(({ key }) => key)]}
          labelOf={name}
          onCommit={(key) => change(key === '' ? null : key)}
        />
      )}
    </FieldRow>
  );
  return (
    <>
      {field(
        'Alike in all parts',
        'Every value of this column has about the same share in each part (stratified).',
        split.stratifyBy,
        (stratifyBy) => onChange({ stratifyBy }),
      )}
      {field(
        'Kept together',
        'Images with the same value, such as of one person, are never torn apart between parts (grouped).',
        split.groupBy,
        (groupBy) => onChange({ groupBy }),
      )}
      <FieldRow label="Seed" help="The same seed deals the same parts.">
        {(ids) => (
          <NumberField
            {...ids}
            integer
            minimum={0}
            maximum={2 ** 31 - 1}
            value={split.seed}
            onCommit={(seed) => onChange({ seed: Math.max(0, Math.round(seed)) })}
          />
        )}
      </FieldRow>
    </>
  );
}

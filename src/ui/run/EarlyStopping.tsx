/** Early stopping: off, or on what, with how much patience. */
import { Switch } from '@mantine/core';
import { earlyStoppingSchema } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { ChoiceField } from '../shared/ChoiceField.tsx';
import { FieldRow } from '../shared/FieldRow.tsx';
import { SchemaForm } from '../shared/SchemaForm.tsx';
import { editTraining } from './edits.ts';

export function EarlyStopping() {
  const settings = useExperiment(({ experiment }) => experiment.training.earlyStopping);
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  return (
    <>
      <FieldRow label="Stop early" help="Ends the run once the validation loss no longer falls.">
        {(ids) => (
          <Switch
            {...ids}
            checked={settings !== null}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              editTraining(() => ({ earlyStopping: on ? earlyStoppingSchema.parse({}) : null }));
            }}
          />
        )}
      </FieldRow>
      {settings ? (
        <>
          <FieldRow label="Watch">
            {(ids) => (
              <ChoiceField
                {...ids}
                value={settings.watch}
                options={['mean', ...tasks.map(({ id }) => id)]}
                labelOf={(id) =>
                  id === 'mean' ? 'mean of all' : (tasks.find((task) => task.id === id)?.name ?? id)
                }
                onCommit={(watch) => editTraining(() => ({ earlyStopping: { ...settings, watch } }))}
              />
            )}
          </FieldRow>
          <SchemaForm
            schema={earlyStoppingSchema}
            value={settings}
            omit={['watch']}
            onChange={(key, value) => editTraining(() => ({ earlyStopping: { ...settings, [key]: value } }))}
          />
        </>
      ) : null}
    </>
  );
}

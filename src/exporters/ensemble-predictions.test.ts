import { expect, test } from 'vitest';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { taskSchema } from '#experiment/tasks/index.ts';
import { ensembleLines, ensembleTable, type EnsemblePredictions } from './ensemble-predictions.ts';

const garment: ColumnInfo = {
  id: 'garment',
  name: 'garment',
  kind: 'class',
  classes: ['T-shirt, top', 'bag'],
};
const colours: ColumnInfo = { id: 'colours', name: 'colours', kind: 'labels', classes: ['red', 'blue'] };
const place: ColumnInfo = { id: 'place', name: 'place', kind: 'number', names: ['x', 'y'] };
const unknown = Number.NaN;
const logits = (...odds: number[]) => Float32Array.from(odds, Math.log);

const predictions: EnsemblePredictions = {
  samples: Uint32Array.of(40, 41),
  tasks: [
    {
      task: taskSchema.parse({ kind: 'classification', id: 'garment', name: 'Garment', column: 'garment' }),
      column: garment,
      targets: Float32Array.of(0, unknown),
    },
    {
      task: taskSchema.parse({ kind: 'multi-label', id: 'colours', name: 'Colours', column: 'colours' }),
      column: colours,
      targets: Float32Array.of(1, 0, unknown, unknown),
    },
    {
      task: taskSchema.parse({ kind: 'regression', id: 'place', name: 'Place', column: 'place' }),
      column: place,
      targets: Float32Array.of(0.5, 0.25, unknown, unknown),
    },
  ],
  predictors: [
    {
      key: 'member-1',
      outputs: {
        garment: logits(0.75, 0.25, 0.5, 0.5),
        colours: logits(3, 1 / 3, 1, 1),
        place: Float32Array.of(0.5, 1, 2, 3),
      },
    },
    // Trained for one task alone.
    { key: 'member-2', outputs: { garment: logits(0.25, 0.75, 0.125, 0.875) } },
  ],
};

/** Cells of a line without quotes in quoted cells. */
const cellsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=^|,)(?=,|$)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

test('writes a row per sample with what is true and what everybody says', async () => {
  const text = await (await ensembleTable.write(predictions)).text();
  const [header = '', ...lines] = text.trimEnd().split('\n');
  expect(cellsOf(header)).toEqual([
    'sample',
    'garment/true',
    'garment/member-1/predicted',
    'garment/member-1/T-shirt, top',
    'garment/member-1/bag',
    'garment/member-2/predicted',
    'garment/member-2/T-shirt, top',
    'garment/member-2/bag',
    'colours/true/red',
    'colours/true/blue',
    'colours/member-1/red',
    'colours/member-1/blue',
    'place/true/x',
    'place/true/y',
    'place/member-1/x',
    'place/member-1/y',
  ]);
  const rounded = (line = '') =>
    cellsOf(line).map((cell) => (cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell).toFixed(4)));
  expect(lines.map(rounded)).toEqual([
    // prettier-ignore
    ['40.0000', 'T-shirt, top', 'T-shirt, top', '0.7500', '0.2500', 'bag', '0.2500', '0.7500', '1.0000', '0.0000', '0.7500', '0.2500', '0.5000', '0.2500', '0.5000', '1.0000'],
    // prettier-ignore
    ['41.0000', '', 'T-shirt, top', '0.5000', '0.5000', 'bag', '0.1250', '0.8750', '', '', '0.5000', '0.5000', '', '', '2.0000', '3.0000'],
  ]);
});

test('writes the same as lines of JSON', async () => {
  const text = await (await ensembleLines.write(predictions)).text();
  const [first, second] = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(first).toMatchObject({
    sample: 40,
    tasks: {
      garment: {
        true: 'T-shirt, top',
        said: {
          'member-1': {
            predicted: 'T-shirt, top',
            probabilities: { 'T-shirt, top': expect.closeTo(0.75), bag: expect.closeTo(0.25) },
          },
          'member-2': { predicted: 'bag' },
        },
      },
      colours: { true: { red: 1, blue: 0 }, said: { 'member-1': { predicted: ['red'] } } },
      place: { true: { x: 0.5, y: 0.25 }, said: { 'member-1': { predicted: { x: 0.5, y: 1 } } } },
    },
  });
  expect(second).toMatchObject({
    sample: 41,
    tasks: { garment: { true: null }, colours: { true: null }, place: { true: null } },
  });
});

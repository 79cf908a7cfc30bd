import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importers } from '#data/importers/index.ts';
import { bytesOf, choicesFor, obstacle, saysParts, withEdits } from './choices.ts';
import { layouts } from './layouts.ts';
import { answersOf } from './plans.ts';
import { column, view } from './testing.ts';

test('what was found proposes, and edits stay', () => {
  const found = view();
  expect(choicesFor(found, {})).toEqual({
    name: 'pets',
    image: found.image,
    split: { validation: 0.1, test: 0.1, seed: 0, stratifyBy: 't1/0', groupBy: null },
    duplicates: 'keep',
  });
  const edits = withEdits(withEdits({ name: 'My pets' }, { split: { test: 0.3, groupBy: 't1/3' } }), {
    split: { seed: 4 },
    image: { fit: 'contain' },
    newTasks: [{ name: 'mood', classes: ['calm', 'wild'] }],
  });
  const choices = choicesFor({ ...found, name: 'other', columns: found.columns.slice(0, 2) }, edits);
  expect(choices).toMatchObject({
    name: 'My pets',
    image: { fit: 'contain', background: '#ffffff' },
    split: { test: 0.3, validation: 0.1, seed: 4, groupBy: null },
    newTasks: [{ name: 'mood' }],
  });
});

test('bytes are those of pixels, labels and names', () => {
  const found = { ...view(), columns: [column('animal', ['cat', 'dog', 'cat', 'dog'])] };
  const choices = choicesFor(found, {});
  expect(bytesOf(found, choices)).toBe(1200 * (64 * 64 * 3 + 4 + 40));
});

test('it says what is in the way, and nothing once all is answered', () => {
  const asked = view();
  const choices = choicesFor(asked, {});
  expect(obstacle(asked, choices)).toBe('One question is to be answered.');
  const answered = {
    ...asked,
    columns: asked.columns.map((each) => {
      const [answer] = answersOf(each);
      return answer ? { ...each, plan: answer.plan, question: null } : each;
    }),
  };
  expect(obstacle(answered, choices)).toBeNull();
  expect(obstacle(answered, { ...choices, name: ' ' })).toMatch(/name/);
  expect(obstacle(answered, { ...choices, split: { ...choices.split, test: 0.9 } })).toMatch(/training/);
  expect(obstacle({ ...answered, samples: 0 }, choices)).toMatch(/no image/);
  expect(obstacle({ ...answered, columns: [] }, choices)).toMatch(/no task yet/);
  const named = { ...choices, newTasks: [{ name: 'mood', classes: ['calm', 'wild'] }] };
  expect(obstacle({ ...answered, columns: [] }, named)).toBeNull();
  const [first] = answered.columns;
  const bad = first ? [{ ...first, problem: 'has fewer than two classes' }] : [];
  expect(obstacle({ ...answered, columns: bad }, choices)).toMatch(/^animal has fewer/);
  expect(saysParts(asked)).toBe(false);
  expect(saysParts({ ...asked, said: { ...asked.said, test: 1 } })).toBe(true);
});

test('every importer is told of', () => {
  for (const { id } of importers) expect(Object.keys(layouts)).toContain(id);
});

test('components keep the importers out of the page', () => {
  const folder = new URL('.', import.meta.url);
  for (const file of readdirSync(folder).filter((name) => !name.includes('.test.')))
    expect(readFileSync(new URL(file, folder), 'utf8')).not.toContain('importers/index.ts');
});

/** What an experiment may say of an own set, and which set a reference means. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { infoFor, isSameData, pinned, settingsFor } from '../resolve.ts';
import type { SetManifest } from './manifest.ts';
import { forgetSet, registeredSets, registerSet } from './registry.ts';

const kind = { id: 'kind', name: 'Kind', kind: 'class', classes: ['cat', 'dog'] } as const;
const age = { id: 'age', name: 'Age', kind: 'number', names: ['age'] } as const;
const counts = { train: 6, validation: 2, test: 2 };
const manifest: SetManifest = {
  version: 1,
  id: 'own-0123456789ab',
  name: 'Pets',
  createdAt: 1,
  source: 'pets.zip',
  image: { height: 32, width: 32, channels: 3 },
  samples: 10,
  shards: [{ file: 'images-00000', count: 10 }],
  origins: ['Pets'],
  revisions: [
    { number: 1, at: 1, change: 'Imported', columns: [kind, age], counts },
    { number: 2, at: 2, change: 'Age taken away', columns: [kind], counts },
  ],
  bytes: 1,
};
const to = (settings: Record<string, string | number> = {}) => ({ source: manifest.id, settings });

beforeEach(() => registerSet(manifest));
afterEach(() => forgetSet(manifest.id));

describe('a reference to an own set', () => {
  it('means the latest labels where it names none, and can be made to say so', () => {
    expect(infoFor(to()).columns).toEqual([kind]);
    expect(infoFor(to({ revision: 1 })).columns).toEqual([kind, age]);
    expect(isSameData(to(), to({ revision: 2, hide: 0 }))).toBe(true);
    expect(isSameData(to(), to({ revision: 1 }))).toBe(false);
    expect(pinned(to({ hide: 0.5 }))).toEqual(to({ hide: 0.5, revision: 2 }));
    expect(pinned(to({ revision: 1 }))).toEqual(to({ revision: 1 }));
  });

  it('is told in words what it says wrong', () => {
    expect(() => infoFor(to({ revision: 3 }))).toThrow('data.settings.revision');
    expect(() => infoFor(to({ balance: 'age' }))).toThrow('data.settings.balance');
    expect(() => infoFor(to({ hide: 0.99 }))).toThrow('data.settings.hide');
    expect(() => infoFor({ source: 'own-ffffffffffff', settings: {} })).toThrow(
      'is not kept in this browser',
    );
    expect(() => infoFor({ source: 'nothing', settings: {} })).toThrow('must be a data set that is here');
  });

  it('still tells what a deleted set was', () => {
    registerSet({ ...manifest, deletedAt: 5 });
    expect(infoFor(to())).toMatchObject({ name: 'Pets', counts });
    expect(registeredSets()).toHaveLength(1);
  });

  it('has sampling where the set is a union', () => {
    expect(Object.keys(settingsFor(to()).shape)).toEqual(['revision', 'balance', 'hide', 'hideColumn']);
    registerSet({ ...manifest, origins: ['Pets', 'Zoo'] });
    expect(Object.keys(settingsFor(to()).shape)).toContain('sampling');
    expect(infoFor(to()).description).toContain('a union of Pets, Zoo');
  });
});

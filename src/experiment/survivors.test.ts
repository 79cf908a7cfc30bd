import { expect, test } from 'vitest';
import { survivors } from './survivors.ts';

test('keeps what has the same name and shape, and starts the rest anew', () => {
  const before = [
    { name: 'trunk.0.weight', shape: [8, 1, 3, 3] },
    { name: 'trunk.0.bias', shape: [8] },
    { name: 'heads.a.0.weight', shape: [10, 8] },
  ];
  const after = [
    { name: 'trunk.0.weight', shape: [8, 1, 3, 3] },
    { name: 'trunk.0.bias', shape: [8, 1] },
    { name: 'heads.b.0.weight', shape: [10, 8] },
  ];
  expect(survivors(before, after)).toEqual({
    kept: ['trunk.0.weight'],
    fresh: ['trunk.0.bias', 'heads.b.0.weight'],
  });
  expect(survivors(before, before).fresh).toEqual([]);
});

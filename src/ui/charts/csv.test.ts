/** A chart's numbers as text: all of them, each at its step. */
import { describe, expect, it } from 'vitest';
import type { Curve } from './chart-data.ts';
import { csvFile, csvPieces } from './csv.ts';

function curve(name: string, role: string, points: readonly (readonly [number, number])[]): Curve {
  const step = Float64Array.from(points, ([at]) => at);
  return {
    id: `${role}/${name}`,
    name,
    role,
    colour: 'red',
    dashed: role === 'validation',
    step,
    seconds: step.map((at) => at / 4),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

describe('csvPieces', () => {
  it('puts every curve beside the others by step, gaps empty, NaN said', () => {
    const train = {
      ...curve('top, "left"', 'train', [
        [1, 2.5],
        [2, Number.NaN],
        [3, 0.5],
      ]),
      smoothed: Float64Array.of(2.5, Number.NaN, 1.5),
    };
    const validation = curve('top, "left"', 'validation', [
      [0, 9],
      [2, 1.25],
    ]);
    const text = [...csvPieces({ curves: [train, validation], marks: [] }, 'Loss')].join('');
    expect(text).toBe(
      [
        'step,seconds,"top, ""left"", train","top, ""left"", train, smoothed","top, ""left"", validation"',
        '0,0,,,9',
        '1,0.25,2.5,2.5,',
        '2,0.5,NaN,NaN,1.25',
        '3,0.75,0.5,1.5,',
        '',
      ].join('\n'),
    );
  });

  it('names the only curve of a chart by its title', () => {
    expect(
      [...csvPieces({ curves: [curve('', '', [[1, 0.001]])], marks: [] }, 'Learning rate')].join(''),
    ).toBe('step,seconds,Learning rate\n1,0.25,0.001\n');
  });

  it('writes every point of a long run, in pieces', async () => {
    const points = Array.from({ length: 12_001 }, (_, i) => [i + 1, i / 7] as const);
    const data = { curves: [curve('a', 'train', points)], marks: [] };
    expect([...csvPieces(data, 'Loss')].length).toBeGreaterThan(3);
    const lines = (await (await csvFile(data, 'Loss')).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(12_002);
    expect(lines.at(-1)).toBe(`12001,3000.25,${12_000 / 7}`);
  });
});

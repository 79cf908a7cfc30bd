/** The window that compares runs, in and out of the address; what is hostile in one comes to nothing. */
import { describe, expect, it } from 'vitest';
import { type CompareView, queryOf, startingView, viewOf } from './compare-address.ts';

const changed: CompareView = {
  ids: ['mf2k1x-0aa', 'mf2k1y-1bb'],
  view: 'table',
  x: 'flops',
  smoothing: 0.97,
  logX: true,
  logY: true,
  shown: ['loss', 'cosine'],
  spread: true,
  zoom: { from: 1.5e9, to: 4e12 },
  extras: { sort: '-loss-top-left', part: 'test' },
};

describe('the query of a comparison', () => {
  it('gives back every view that it was written for', () => {
    expect(viewOf(queryOf(changed))).toEqual(changed);
    expect(viewOf(queryOf({ ...startingView, ids: ['a'] }))).toEqual({ ...startingView, ids: ['a'] });
    expect(viewOf(queryOf({ ...changed, shown: [], smoothing: 0 }))).toMatchObject({
      shown: [],
      smoothing: 0,
    });
  });

  it('says only what is not as at the start, and lists runs with plain commas', () => {
    expect(queryOf({ ...startingView, ids: ['a', 'b'] })).toBe('?compare=a,b');
    expect(queryOf({ ...startingView, ids: ['a'], x: 'passes', smoothing: 0 })).toBe(
      '?compare=a&x=passes&smooth=0',
    );
  });

  it('keeps a window without runs open, and asks for none where it is not named', () => {
    expect(viewOf('?compare=')).toEqual(startingView);
    expect(viewOf('?x=flops')).toBeNull();
    expect(viewOf('')).toBeNull();
  });

  it('takes each run once, in order, and no more than a thousand', () => {
    expect(viewOf('?compare=b,a,b')?.ids).toEqual(['b', 'a']);
    const many = Array.from({ length: 5000 }, (_, i) => `run-${i}`).join(',');
    expect(viewOf(`?compare=${many}`)?.ids).toHaveLength(1000);
  });

  it.each([
    ['ids that are none', 'compare=<script>,../x,%00,a%20b,ok', { ids: ['ok'] }],
    ['an id without end', `compare=${'a'.repeat(65)},b`, { ids: ['b'] }],
    ['an axis that is none', 'compare=a&x=__proto__', { x: 'step' }],
    ['a view with markup', 'compare=a&view=%3Cimg%20src%3E', { view: 'curves' }],
    ['smoothing beyond all bounds', 'compare=a&smooth=7', { smoothing: 0.999 }],
    ['smoothing below zero', 'compare=a&smooth=-1', { smoothing: 0 }],
    ['smoothing that is no number', 'compare=a&smooth=NaN', { smoothing: 0.8 }],
    ['smoothing without end', 'compare=a&smooth=Infinity', { smoothing: 0.8 }],
    [
      'quantities that are none',
      'compare=a&show=loss,constructor,weight,loss',
      { shown: ['loss', 'weight'] },
    ],
    ['a zoom the wrong way round', 'compare=a&zoom=9~3', { zoom: null }],
    ['a zoom without an end', 'compare=a&zoom=3~', { zoom: null }],
    ['a zoom of three', 'compare=a&zoom=1~2~3', { zoom: null }],
    ['a zoom to infinity', 'compare=a&zoom=1~1e999', { zoom: null }],
    ['a zoom before the start', 'compare=a&zoom=-5~5', { zoom: null }],
    ['switches that are neither', 'compare=a&logx=true&spread=yes', { logX: false, spread: false }],
    ['names of others that are none', 'compare=a&SORT=x&a-b=y&__proto__=z', { extras: {} }],
    ['values of others without end', `compare=a&sort=${'x'.repeat(401)}`, { extras: {} }],
  ])('does not follow %s', (_, query, expected) => {
    expect(viewOf(`?${query}`)).toMatchObject(expected);
  });

  it('does not let others write over its own names', () => {
    const written = queryOf({
      ...startingView,
      ids: ['a'],
      extras: { view: 'evil', compare: 'b', sort: 'x' },
    });
    expect(written).toBe('?compare=a&sort=x');
  });

  it('takes at most sixteen values of others', () => {
    const names = Array.from({ length: 26 }, (_, i) => `${String.fromCodePoint(97 + i)}q=1`).join('&');
    expect(Object.keys(viewOf(`?compare=a&${names}`)?.extras ?? {})).toHaveLength(16);
  });
});

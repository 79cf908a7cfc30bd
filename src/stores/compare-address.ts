/**
 * The window that compares runs, as the query of the page's address: `?compare=id,id&view=curves&x=flops`. What an address
 * says is not trusted: whatever is not understood is as if it were not there. Pure.
 */

/** What runs may be laid side by side by: their work, their time, or their data. */
export const compareAxes = ['step', 'epoch', 'seconds', 'flops', 'passes'] as const;
export type CompareAxis = (typeof compareAxes)[number];

/** Sorts of quantities, each a row of charts. */
export const quantities = [
  'mean',
  'loss',
  'metric',
  'metrics',
  'weight',
  'rate',
  'cosine',
  'norm',
  'conflict',
] as const;
export type Quantity = (typeof quantities)[number];

/** Positions on the x axis, in its own unit. */
export interface Zoom {
  readonly from: number;
  readonly to: number;
}

export interface CompareView {
  /** Ids of the runs, in the order in which they were chosen. */
  readonly ids: readonly string[];
  /** Name of the tab; one that is not there means the first. */
  readonly view: string;
  readonly x: CompareAxis;
  /** Weight of the past in the smoothed curves, 0…0.999. */
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly shown: readonly Quantity[];
  /** Whether runs that differ in nothing but the seed are drawn as mean and standard deviation. */
  readonly spread: boolean;
  readonly zoom: Zoom | null;
  /** What the other tabs keep in the address, by names of their own. */
  readonly extras: Readonly<Record<string, string>>;
}

export const startingView: CompareView = {
  ids: [],
  view: 'curves',
  x: 'step',
  smoothing: 0.8,
  logX: false,
  logY: false,
  shown: ['mean', 'loss', 'metric'],
  spread: false,
  zoom: null,
  extras: {},
};

/** More runs than this in an address are not taken: it would not fit into one either. */
const mostRuns = 1000;
const mostExtras = 16;
const longestExtra = 400;
const own = ['compare', 'view', 'x', 'smooth', 'logx', 'logy', 'show', 'spread', 'zoom'];

const isId = (text: string) => /^[\w-]{1,64}$/.test(text);
/** Names that a tab may keep something under. */
const isExtra = (name: string) => /^[a-z]{1,16}$/.test(name) && !own.includes(name);

/** The part of a list that is known, once each, in the order of the list. */
function known<Name extends string>(text: string, names: readonly Name[]): Name[] {
  const wanted = new Set(text.split(','));
  return names.filter((name) => wanted.has(name));
}

function smoothingFrom(text: string | null): number {
  const weight = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(weight) ? Math.min(0.999, Math.max(0, weight)) : startingView.smoothing;
}

function zoomFrom(text: string | null): Zoom | null {
  const [from = Number.NaN, to = Number.NaN, ...more] = (text ?? '')
    .split('~')
    .map((part) => Number(part || 'x'));
  const isRange = more.length === 0 && Number.isFinite(from) && Number.isFinite(to) && from >= 0 && to > from;
  return isRange ? { from, to } : null;
}

function extrasFrom(query: URLSearchParams): Record<string, string> {
  const entries = [...query].filter(([name, value]) => isExtra(name) && value.length <= longestExtra);
  return Object.fromEntries(entries.slice(0, mostExtras));
}

/** The window that a query asks for; null where it asks for none. */
export function viewOf(search: string): CompareView | null {
  const query = new URLSearchParams(search);
  const wanted = query.get('compare');
  if (wanted === null) return null;
  const shown = query.get('show');
  return {
    ids: [...new Set(wanted.split(','))].filter(isId).slice(0, mostRuns),
    view: /^[a-z-]{1,24}$/.exec(query.get('view') ?? '')?.[0] ?? startingView.view,
    x: compareAxes.find((axis) => axis === query.get('x')) ?? startingView.x,
    smoothing: smoothingFrom(query.get('smooth')),
    logX: query.get('logx') === '1',
    logY: query.get('logy') === '1',
    shown: shown === null ? startingView.shown : known(shown, quantities),
    spread: query.get('spread') === '1',
    zoom: zoomFrom(query.get('zoom')),
    extras: extrasFrom(query),
  };
}

const shortest = (value: number) => String(Number(value.toPrecision(6)));

/** The query of a window, with a question mark before it; what is as at the start is left out. */
export function queryOf(view: CompareView): string {
  const { ids, x, smoothing, shown, zoom, extras } = view;
  const parts: [name: string, value: string, isSaid: boolean][] = [
    ['compare', ids.join(','), true],
    ['view', view.view, view.view !== startingView.view],
    ['x', x, x !== startingView.x],
    ['smooth', shortest(smoothing), smoothing !== startingView.smoothing],
    ['logx', '1', view.logX],
    ['logy', '1', view.logY],
    ['show', shown.join(','), shown.join() !== startingView.shown.join()],
    ['spread', '1', view.spread],
    ['zoom', zoom ? `${shortest(zoom.from)}~${shortest(zoom.to)}` : '', zoom !== null],
    ...Object.entries(extras).map(([name, value]): [string, string, boolean] => [name, value, isExtra(name)]),
  ];
  const said = parts.filter(([, , isSaid]) => isSaid);
  // Commas need no escape in a query, and a list of ids reads better with them.
  return `?${said.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&')}`;
}

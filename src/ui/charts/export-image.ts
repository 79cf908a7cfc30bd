/** A chart as a picture that stands alone: title, legend, colours and fonts are inside it. */
import type { ChartData, ChartSpec } from './chart-data.ts';
import { type Layout, lineOf } from './layout.ts';
import { labelOf } from './readings.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';
/** Pixels of a PNG per pixel of the page. */
const pixelRatio = 2;
const padding = 16;
const titleHeight = 26;
const legendRow = 18;
/** Curves that are named below a picture: a legend longer than that is no help. */
const mostInLegend = 64;

/** What a drawing takes from style sheets, and must carry with it once it has left the page. */
const inlined = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
];

function create(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
): SVGElement {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

function inlineStyles(source: Element, copy: Element): void {
  const computed = getComputedStyle(source);
  for (const property of inlined) copy.setAttribute(property, computed.getPropertyValue(property));
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  for (const [i, child] of [...source.children].entries()) {
    const twin = copy.children[i];
    if (twin) inlineStyles(child, twin);
  }
}

interface Look {
  readonly ink: string;
  readonly soft: string;
  readonly surface: string;
  readonly sans: string;
}

function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'),
    soft: token('--ink-soft'),
    surface: token('--surface'),
    sans: token('--sans'),
  };
}

/** A `var(--…)` colour as the page shows it now. */
function resolveColour(colour: string, element: Element): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name ? getComputedStyle(element).getPropertyValue(name).trim() : colour;
}

/** Legend entries in columns of one width, in as many rows as they need. */
function drawLegend(
  data: ChartData,
  element: Element,
  look: Look,
  width: number,
): { group: SVGElement; rows: number } {
  const group = create('g', { 'font-family': look.sans, 'font-size': 11, fill: look.soft });
  const all = data.curves.filter((curve) => labelOf(curve) !== '');
  const named = all.slice(0, mostInLegend);
  const widest = named.reduce((most, curve) => Math.max(most, labelOf(curve).length), 0) * 6 + 38;
  const columns = Math.max(1, Math.floor(width / widest));
  for (const [i, curve] of named.entries()) {
    const x = (i % columns) * widest;
    const y = Math.floor(i / columns) * legendRow + 8;
    group.append(
      create('line', {
        x1: x,
        x2: x + 16,
        y1: y,
        y2: y,
        'stroke-width': 2,
        stroke: resolveColour(curve.colour, element),
        ...(curve.dashed ? { 'stroke-dasharray': '4 3' } : {}),
      }),
      ...(curve.stripe
        ? [
            create('path', {
              d: `M${x + 4} ${y}h4m4 0h4`,
              'stroke-width': 2,
              stroke: resolveColour(curve.stripe, element),
            }),
          ]
        : []),
      create('text', { x: x + 21, y: y + 4 }, labelOf(curve)),
    );
  }
  return { group, rows: Math.ceil(named.length / columns) };
}

function place(element: SVGElement, x: number, y: number): SVGElement {
  element.setAttribute('transform', `translate(${x} ${y})`);
  return element;
}

/** The lines that a chart draws on its canvas, as SVG after all: a picture is made once. */
export function canvasLines(element: Element, { onCanvas, x, y }: Layout): SVGElement {
  const group = create('g', { fill: 'none', 'stroke-linejoin': 'round', 'stroke-linecap': 'round' });
  for (const thinned of onCanvas) {
    const { curve, path, raw, area, signs } = lineOf(thinned, x, y);
    const stroke = resolveColour(curve.colour, element);
    if (area) group.append(create('path', { d: area, fill: stroke, opacity: 0.16 }));
    if (raw) group.append(create('path', { d: raw, stroke, opacity: 0.24 }));
    const dashes = curve.dashed ? { 'stroke-dasharray': '4 3.5' } : {};
    group.append(create('path', { d: path, stroke, 'stroke-width': 1.25, ...dashes }));
    if (signs) group.append(create('path', { d: signs, stroke }));
  }
  return group;
}

/**
 * The drawing inside an element with title, legend and fonts. Throws where there is no drawing yet.
 * @param lines that the drawing does not hold
 */
export async function chartSvg(
  element: Element,
  spec: ChartSpec,
  data: ChartData,
  lines?: SVGElement,
): Promise<SVGElement> {
  const drawing = element.querySelector('[data-drawing]');
  if (!(drawing instanceof SVGSVGElement)) throw new Error(`${spec.title} is not drawn yet.`);
  const look = lookOf(element);
  const size = {
    width: Number(drawing.getAttribute('width')),
    height: Number(drawing.getAttribute('height')),
  };
  const copy = drawing.cloneNode(true) as SVGElement;
  inlineStyles(drawing, copy);
  const { group, rows } = drawLegend(data, element, look, size.width);
  const width = size.width + 2 * padding;
  const height = size.height + 2 * padding + titleHeight + rows * legendRow;
  const picture = create('svg', { xmlns: svgNamespace, width, height, viewBox: `0 0 ${width} ${height}` });
  const inner = create('g', {});
  inner.append(...copy.childNodes);
  if (lines) inner.append(lines);
  const title = create(
    'text',
    { 'font-family': look.sans, 'font-size': 13, 'font-weight': 600, fill: look.ink },
    spec.title,
  );
  title.append(
    create('tspan', { dx: 8, 'font-size': 12, 'font-weight': 400, fill: look.soft }, spec.subtitle),
  );
  picture.append(
    create('style', {}, await fontFaces()),
    create('rect', { width, height, fill: look.surface }),
    place(title, padding, padding + 12),
    place(inner, padding, padding + titleHeight),
    place(group, padding + 4, padding + titleHeight + size.height + 4),
  );
  return picture;
}

/** The page's own fonts (their Latin part) as @font-face rules with the bytes inside. */
async function fontFaces(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) => {
    const base = sheet.href ?? document.baseURI;
    return rulesOf(sheet)
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .map((rule) => ({ style: rule.style, base }));
  });
  const latin = rules.filter(({ style }) => {
    const range = style.getPropertyValue('unicode-range');
    return (
      (range === '' || /U\+0{1,4}-0*FF/i.test(range)) && style.getPropertyValue('font-style') !== 'italic'
    );
  });
  const faces = await Promise.all(latin.map(({ style, base }) => fontFace(style, base)));
  return faces.join('\n');
}

function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return []; // a style sheet of another origin, such as an extension's, may not be read
  }
}

async function fontFace(style: CSSStyleDeclaration, base: string): Promise<string> {
  const url = /url\(["']?([^"')]+)["']?\)/.exec(style.getPropertyValue('src'))?.[1];
  if (!url) return '';
  const answer = await fetch(new URL(url, base));
  if (!answer.ok) return ''; // the picture then falls back to the reader's own fonts
  const bytes = await dataUrl(await answer.blob());
  const family = style.getPropertyValue('font-family');
  const weight = style.getPropertyValue('font-weight') || '100 900';
  return `@font-face{font-family:${family};font-weight:${weight};src:url(${bytes}) format("woff2")}`;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''));
    reader.addEventListener('error', () => reject(new Error('A font of the page could not be read.')));
    reader.readAsDataURL(blob);
  });
}

export function svgFile(picture: SVGElement): Blob {
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: 'image/svg+xml' });
}

/** The picture as PNG at twice the page's resolution. Rejects where the browser cannot draw it. */
export async function pngFile(picture: SVGElement): Promise<Blob> {
  const width = Number(picture.getAttribute('width')) * pixelRatio;
  const height = Number(picture.getAttribute('height')) * pixelRatio;
  const url = URL.createObjectURL(svgFile(picture));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!file) throw new Error(`The browser could not write a picture of ${width}×${height} pixels.`);
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

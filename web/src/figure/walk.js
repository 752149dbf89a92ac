/**
 * What is seen of a part of the page, as SVG: texts as texts, shapes as shapes, backgrounds and borders as rectangles.
 * Every shape gets its place by its own matrix, so that no reader of SVG needs nested viewports or style sheets.
 */
import { svg } from '../dom.js';
import { fontOf, legal, painted, stroked } from './paint.js';

const SHAPES = ['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text'];
const GEOMETRY = ['d', 'x', 'y', 'width', 'height', 'rx', 'ry', 'cx', 'cy', 'r', 'x1', 'y1', 'x2', 'y2', 'points', 'dx', 'dy'];
/** What belongs to the page and not to a figure. */
const LEFT_OUT = '.visually-hidden, .full, .tip, .note-board, .bar, dialog, script, style, option, [hidden]';
const SIDES = ['Top', 'Right', 'Bottom', 'Left'];
const round = (x) => Math.round(x * 100) / 100;
const measure = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/**
 * @param {Element} root @param {{x: number, y: number}} origin in the window, of the figure
 * @param {(canvas: HTMLCanvasElement) => Node|null} inkOf what was drawn on a canvas
 */
export default function walk(root, origin, inkOf) {
  let clips = 0;

  /** @param {Element} element @param {Element} into @param {number} opacity */
  function visit(element, into, opacity) {
    if (element.matches(LEFT_OUT)) return;
    const style = getComputedStyle(element);
    if (style.display === 'none') return;
    const alpha = opacity * Number(style.opacity);
    if (alpha < 0.02) return;
    if (element instanceof SVGElement) shapes(element, style, into, alpha);
    else boxes(/** @type {HTMLElement} */ (element), style, into, alpha);
  }

  // ---- SVG ----

  function shapes(element, style, into, alpha) {
    if (!SHAPES.includes(element.localName)) {
      for (const child of element.children) visit(child, into, alpha);
      return;
    }
    const matrix = /** @type {SVGGraphicsElement} */ (element).getScreenCTM();
    if (!matrix || style.visibility !== 'visible') return;
    const scale = Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
    const place = { transform: `matrix(${[matrix.a, matrix.b, matrix.c, matrix.d, matrix.e - origin.x, matrix.f - origin.y].map(round).join(' ')})` };
    /** @type {Record<string, any>} */
    const paint = { ...painted('fill', style.fill, Number(style.fillOpacity)), ...stroked(style, scale), ...(alpha < 1 ? { opacity: round(alpha) } : {}) };
    if (element.localName === 'text') into.append(textNode(element, style, { ...place, ...paint }));
    else if (paint.fill !== 'none' || paint.stroke) into.append(svg(element.localName, { ...geometry(element), ...place, ...paint }));
  }

  function geometry(element) {
    const found = {};
    for (const name of GEOMETRY) if (element.hasAttribute(name)) found[name] = element.getAttribute(name);
    return found;
  }

  /** With its length, so that it fits where another font stands in for ours. */
  function textNode(element, style, attributes) {
    const length = round(/** @type {SVGTextContentElement} */ (element).getComputedTextLength());
    const parts = element.children.length ? [...element.childNodes].map((child) => (child instanceof SVGElement
      ? svg('tspan', { ...geometry(child), ...fontOf(getComputedStyle(child)), ...painted('fill', getComputedStyle(child).fill) }, legal(child.textContent ?? '')) : legal(child.textContent ?? '')))
      : [legal(element.textContent ?? '')];
    return svg('text', {
      ...geometry(element), ...attributes, ...fontOf(style), ...(style.textAnchor !== 'start' ? { 'text-anchor': style.textAnchor } : {}),
      ...(style.dominantBaseline !== 'auto' ? { 'dominant-baseline': style.dominantBaseline } : {}), ...(length && !element.children.length ? { textLength: length, lengthAdjust: 'spacingAndGlyphs' } : {}),
      'xml:space': 'preserve',
    }, ...parts);
  }

  // ---- HTML ----

  function boxes(element, style, into, alpha) {
    const box = element.getBoundingClientRect();
    const seen = style.visibility === 'visible';
    if (seen && box.width && box.height) frame(style, box, into, alpha);
    const hides = style.overflowX !== 'visible' || style.overflowY !== 'visible';
    const inner = hides && box.width && box.height ? clipped(box, into) : into;
    if (element instanceof HTMLCanvasElement) canvas(element, box, inner);
    else if (element instanceof HTMLSelectElement) words(element.selectedOptions[0]?.textContent ?? '', box, style, inner, alpha);
    else if (element instanceof HTMLInputElement) control(element, box, style, inner, alpha);
    else for (const child of element.childNodes) {
      if (child instanceof Element) visit(child, inner, alpha);
      else if (child instanceof Text && seen) runs(child, style, inner, alpha);
    }
    if (seen) after(element, style, inner, alpha);
    if (inner !== into && !inner.childNodes.length) inner.remove();
  }

  function frame(style, box, into, alpha) {
    const place = { x: round(box.x - origin.x), y: round(box.y - origin.y), width: round(box.width), height: round(box.height) };
    const back = painted('fill', style.backgroundColor, alpha);
    if (back.fill !== 'none') into.append(svg('rect', { ...place, ...back, ...(parseFloat(style.borderTopLeftRadius) ? { rx: round(parseFloat(style.borderTopLeftRadius)) } : {}) }));
    for (const side of SIDES) edge(side, style, place, into, alpha);
  }

  function edge(side, style, { x, y, width, height }, into, alpha) {
    const thick = parseFloat(style[`border${side}Width`]);
    const paint = painted('stroke', style[`border${side}Color`], alpha);
    if (!thick || paint.stroke === 'none' || style[`border${side}Style`] === 'none') return;
    const half = thick / 2;
    const [x1, y1, x2, y2] = {
      Top: [x, y + half, x + width, y + half], Right: [x + width - half, y, x + width - half, y + height],
      Bottom: [x, y + height - half, x + width, y + height - half], Left: [x + half, y, x + half, y + height],
    }[side];
    const dotted = style[`border${side}Style`] === 'dotted' ? { 'stroke-dasharray': `${thick} ${2 * thick}` } : style[`border${side}Style`] === 'dashed' ? { 'stroke-dasharray': `${3 * thick} ${2 * thick}` } : {};
    into.append(svg('line', { x1, y1, x2, y2, ...paint, 'stroke-width': round(thick), ...dotted }));
  }

  function clipped(box, into) {
    const id = `clip-${root.id || 'part'}-${clips++}`;
    const inner = svg('g', { 'clip-path': `url(#${id})` });
    into.append(svg('clipPath', { id }, svg('rect', { x: round(box.x - origin.x), y: round(box.y - origin.y), width: round(box.width), height: round(box.height) })), inner);
    return inner;
  }

  function canvas(element, box, into) {
    const drawn = inkOf(element);
    if (drawn) into.append(svg('g', { transform: `translate(${round(box.x - origin.x)} ${round(box.y - origin.y)})` }, drawn));
  }

  /** A slider as a line and a dot; another field as its value. */
  function control(element, box, style, into, alpha) {
    if (element.type !== 'range') {
      words(element.value, box, style, into, alpha);
      return;
    }
    const [y, part] = [round(box.y + box.height / 2 - origin.y), (Number(element.value) - Number(element.min || 0)) / (Number(element.max || 100) - Number(element.min || 0) || 1)];
    const ink = painted('stroke', style.color, alpha);
    into.append(svg('line', { x1: round(box.x - origin.x), x2: round(box.right - origin.x), y1: y, y2: y, ...ink, 'stroke-width': 2 }),
      svg('circle', { cx: round(box.x - origin.x + part * box.width), cy: y, r: 6, fill: ink.stroke }));
  }

  /** The text that a style sheet puts behind an element's own. */
  function after(element, style, into, alpha) {
    const text = /^"(.*)"$/.exec(getComputedStyle(element, '::after').content)?.[1];
    if (!text?.trim()) return;
    const range = document.createRange();
    range.selectNodeContents(element);
    const { right, y, height } = range.getBoundingClientRect();
    into.append(svg('text', { x: round(right - origin.x), y: round(y + height / 2 - origin.y), 'dominant-baseline': 'central', ...fontOf(style), ...painted('fill', style.color, alpha), 'xml:space': 'preserve' }, legal(text)));
  }

  /** A text that has no node of its own on the page. */
  function words(text, box, style, into, alpha) {
    if (!text || style.visibility !== 'visible') return;
    const x = round(box.x - origin.x + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth));
    into.append(svg('text', { x, y: round(box.y - origin.y + box.height / 2), 'dominant-baseline': 'central', ...fontOf(style), ...painted('fill', style.color, alpha) }, legal(text)));
  }

  /** A node's text, a run for each line that it is broken into. */
  function runs(node, style, into, alpha) {
    if (!node.data.trim()) return;
    for (const { text, box } of lines(node)) {
      const shown = style.textTransform === 'uppercase' ? text.toUpperCase() : text;
      /** @type {Record<string, any>} */
      const attributes = { ...fontOf(style), ...painted('fill', style.color, alpha) };
      if (attributes.fill === 'none') continue;
      measure.font = style.font;
      const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measure.measureText('x');
      const baseline = box.y + (box.height - up - down) / 2 + up;
      into.append(svg('text', { x: round(box.x - origin.x), y: round(baseline - origin.y), ...attributes, textLength: round(box.width), lengthAdjust: 'spacingAndGlyphs', 'xml:space': 'preserve' }, legal(shown)));
    }
  }

  const figure = svg('g');
  visit(root, figure, 1);
  return figure;
}

/** @param {Text} node @returns {{text: string, box: {x: number, y: number, width: number, height: number}}[]} */
function lines(node) {
  const range = document.createRange();
  const found = [];
  const boxOf = (from, to) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...range.getClientRects()].filter(({ width }) => width > 0);
  };
  range.selectNodeContents(node);
  const whole = [...range.getClientRects()].filter(({ width }) => width > 0);
  const level = (a, b) => Math.abs(a.y - b.y) < Math.min(a.height, b.height) / 2;
  if (whole.length && whole.every((box) => level(box, whole[0]))) return [{ text: node.data.replace(/\s+/g, keepsSpace(node) ? '$&' : ' ').replace(/\n/g, ' '), box: union(whole) }].map(trimmed(node, boxOf));
  for (let from = 0; from < node.length;) {
    const first = boxOf(from, from + 1)[0];
    let to = from + 1;
    if (first) while (to < node.length && boxOf(to, to + 1).every((box) => level(box, first))) to++;
    const text = node.data.slice(from, to).replace(/\s+$/, '');
    const boxes = text ? boxOf(from, from + text.length) : [];
    if (boxes.length) found.push({ text, box: union(boxes) });
    from = to;
  }
  return found;
}

const keepsSpace = (node) => /pre/.test(getComputedStyle(node.parentElement).whiteSpace);

/** Where white space at the ends collapses it has no width: the text goes without it, and so does its box. */
const trimmed = (node, boxOf) => (line) => {
  if (keepsSpace(node)) return line;
  const from = node.data.search(/\S/);
  const to = node.data.trimEnd().length;
  const boxes = boxOf(from, to);
  return boxes.length ? { text: line.text.trim(), box: union(boxes) } : line;
};

function union(boxes) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}

/** Small helpers to make nodes.  Text goes in as text nodes only. */
import { GLYPHS, identity } from './identity.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag @param {Record<string, any>} props attributes; on* are listeners, class is className
 * @param {...(Node|string|null)} children
 * @returns {any} the element; callers know which
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  assign(node, props);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** @param {string} tag @param {Record<string, any>} props @param {...(Node|string)} children */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  assign(node, props);
  node.append(...children);
  return node;
}

function assign(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Shapes of the event families, in a box from -9 to 9. */
export const FAMILY_SHAPES = {
  dispatch: { d: 'M-6,-7 L8,0 L-6,7 Z', filled: true },
  memo: { d: 'M0,-8 L8,0 L0,8 L-8,0 Z', filled: true },
  build: { d: 'M-6.5,-6.5 H6.5 V6.5 H-6.5 Z', filled: true },
  fast: { d: 'M-7,-6 L-1,0 L-7,6 M1,-6 L7,0 L1,6', filled: false },
  error: { d: 'M-6,-6 L6,6 M-6,6 L6,-6', filled: false },
  call: { d: 'M-7,0 H7', filled: false },
};

/** The mark of an event family. */
export function familyMark(family) {
  const shape = FAMILY_SHAPES[family];
  return svg('svg', { viewBox: '-10 -10 20 20', class: `mark f-${family}`, 'aria-hidden': 'true' },
    svg('path', { d: shape.d, class: shape.filled ? 'fill' : 'line' }));
}

/** An object's glyph: filled for an original, outlined for a copy.  Null when it has none. */
export function objectGlyph(trace, ref) {
  const { glyph, hue, prime, name } = identity(trace, ref);
  if (!glyph) return null;
  return svg('svg', { viewBox: '-11 -11 22 22', class: `glyph o${hue}`, role: 'img', 'aria-label': `${glyph} ${name}` },
    svg('path', { d: GLYPHS[glyph], class: prime ? 'line' : 'fill' }));
}

/** An icon of the controls, from a path in a 24 by 24 box. */
export function icon(d, filled = false) {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' },
    svg('path', { d, class: filled ? 'fill' : 'line' }));
}

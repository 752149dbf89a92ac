/* Small marks that the table views share: an object's glyph, text, arrows, in layout units. */
import { svg } from '../dom.js';
import { GLYPHS, identity } from '../identity.js';

export const CHAR = 10.85; /* advance of the 18-unit monospaced text */

/** @param {string} content @param {number} x @param {number} y @param {string} [cls] */
export function text(content, x, y, cls = '') {
  const t = svg('text', { x, y, class: cls });
  t.textContent = content;
  return t;
}

/** Keeps the end of a name, which tells more than its beginning. @param {string} name @param {number} max */
export function tail(name, max) {
  return name.length > max ? `…${name.slice(1 - max)}` : name;
}

/** An object's glyph: filled for an original, outlined for a copy. @param {any} trace @param {number} ref @param {number} x @param {number} y */
export function glyph(trace, ref, x, y, scale = 0.85) {
  const who = identity(trace, ref);
  const d = GLYPHS[who.glyph] ?? GLYPHS.circle;
  const cls = who.glyph ? (who.prime ? 'line' : 'fill') : 'atom';
  return svg('g', { class: `o${who.hue}`, transform: `translate(${x},${y}) scale(${who.glyph ? scale : 0.4})` }, svg('path', { class: cls, d }));
}

/** A glyph and a name after it. @param {any} trace @param {number} ref @param {number} x @param {number} y baseline @param {number} max characters @param {string} [cls] */
export function object(trace, ref, x, y, max, cls = '') {
  return svg('g', {}, glyph(trace, ref, x + 8, y - 6.5), text(tail(identity(trace, ref).name, max), x + 24, y, cls));
}

/** An arrow head whose tip is at x, y. @param {number} x @param {number} y @param {number} [scale] */
export function arrowHead(x, y, scale = 1) {
  return svg('path', { class: 'fill', d: 'M0,0 L-11,-5.5 V5.5 Z', transform: `translate(${x},${y}) scale(${scale})` });
}

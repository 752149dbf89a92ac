/**
 * Colours and strokes as every reader of SVG knows them: the page's CSS has variables, mixes and strokes that do not
 * scale, a figure has #rrggbb, an opacity, and widths in the units of the shape.
 */
const round = (x) => Math.round(x * 100) / 100;
const byte = (x) => Math.max(0, Math.min(255, Math.round(x))).toString(16).padStart(2, '0');

/** @param {string} css as a computed style has it @returns {{color: string, alpha: number}|null} null: nothing is painted */
export function colorOf(css) {
  const numbers = (css.match(/-?[\d.]+(e-?\d+)?%?/gi) ?? []).map((word) => (word.endsWith('%') ? Number(word.slice(0, -1)) / 100 : Number(word)));
  if (/^#[0-9a-f]{6}$/i.test(css)) return { color: css.toLowerCase(), alpha: 1 };
  if (/^#[0-9a-f]{3}$/i.test(css)) return { color: `#${[...css.slice(1).toLowerCase()].map((c) => c + c).join('')}`, alpha: 1 };
  if (/^rgba?\(/.test(css)) return solid(numbers, 1);
  if (/^color\(srgb /.test(css)) return solid(numbers, 255);
  return null;
}

/** @param {number[]} parts red, green, blue, and alpha if it is not 1 @param {number} scale */
function solid([r, g, b, alpha = 1], scale) {
  return alpha > 0 ? { color: `#${byte(r * scale)}${byte(g * scale)}${byte(b * scale)}`, alpha: round(alpha) } : null;
}

/** Attributes of a paint. @param {'fill'|'stroke'} what @param {string} css @param {number} [opacity] @returns {Record<string, any>} */
export function painted(what, css, opacity = 1) {
  const paint = colorOf(css);
  if (!paint) return { [what]: 'none' };
  const alpha = round(paint.alpha * opacity);
  return { [what]: paint.color, ...(alpha < 1 ? { [`${what}-opacity`]: alpha } : {}) };
}

/** Attributes of a stroke; `scale`: pixels for a unit of the shape. @param {CSSStyleDeclaration} style @param {number} scale */
export function stroked(style, scale) {
  const attributes = painted('stroke', style.stroke, Number(style.strokeOpacity));
  if (attributes.stroke === 'none') return {};
  const still = style.vectorEffect === 'non-scaling-stroke' ? scale || 1 : 1;
  const dashes = style.strokeDasharray === 'none' ? '' : style.strokeDasharray.split(/[ ,]+/).map((length) => round(parseFloat(length) / still)).join(' ');
  return {
    ...attributes, 'stroke-width': round(parseFloat(style.strokeWidth) / still), ...(dashes ? { 'stroke-dasharray': dashes } : {}),
    ...(style.paintOrder !== 'normal' ? { 'paint-order': style.paintOrder } : {}),
    ...(style.strokeLinecap !== 'butt' ? { 'stroke-linecap': style.strokeLinecap } : {}), ...(style.strokeLinejoin !== 'miter' ? { 'stroke-linejoin': style.strokeLinejoin } : {}),
  };
}

/** Attributes of a text's font. @param {CSSStyleDeclaration} style */
export function fontOf(style) {
  return {
    'font-family': style.fontFamily.replaceAll('"', "'"), 'font-size': round(parseFloat(style.fontSize)), ...(style.fontWeight !== '400' ? { 'font-weight': style.fontWeight } : {}),
    ...(style.fontStyle !== 'normal' ? { 'font-style': style.fontStyle } : {}),
  };
}

/** What XML can hold of a text: no control characters, no half of a pair. @param {string} text */
// eslint-disable-next-line no-control-regex -- they are what is looked for
export const legal = (text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

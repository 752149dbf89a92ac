/** Shapes for a canvas that remember their text, so that a figure can be written of what was drawn. */

/** @type {WeakMap<object, string>} */
const texts = new WeakMap();

/** @param {string} d @returns {Path2D} */
export default function pathOf(d) {
  if (typeof Path2D === 'undefined') return /** @type {any} */ (null); // no canvas: in a test
  const path = new Path2D(d);
  texts.set(path, d);
  return path;
}

/** @param {Path2D} path */
export const textOf = (path) => texts.get(path) ?? '';

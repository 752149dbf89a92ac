/** Which lines of a source text are shown: one function of it or all, docstrings folded, with what was changed.  No DOM here. */

/** A text of any length may come; past this the rest is counted. */
const LINES_MAX = 3000;

/**
 * @typedef {{name: string, text: string, first_line: number, role: string, listing: import('./listing.js').Listing}} File
 * @typedef {object} Line
 * @property {number} no      in the text; 0 of a line that went
 * @property {string} text
 * @property {boolean} quiet  a comment, a docstring, or nothing
 * @property {'added'|'removed'|''} change
 * @property {number} folded  lines of a docstring that this one stands for, besides itself
 */

/** Top-level functions of a module: name to [first, last] line numbers. @param {any} source @returns {Map<string, [number, number]>} */
export function functionsOf(source) {
  const lines = source.text.split('\n');
  const out = new Map();
  lines.forEach((text, i) => {
    const name = /^def (\w+)/.exec(text)?.[1];
    if (!name || out.has(name)) return;
    let end = i + 1;
    while (end < lines.length && !/^\S/.test(lines[end])) end++;
    while (end > i + 1 && !lines[end - 1].trim()) end--;
    out.set(name, [i + source.first_line, end - 1 + source.first_line]);
  });
  return out;
}

/**
 * @param {File} file @param {[number, number]} range first and last line @param {boolean} fold docstrings to one line
 * @returns {{lines: Line[], left: number}}
 */
export function linesOf(file, [first, last], fold) {
  const texts = file.text.split('\n');
  const end = Math.min(last, first + LINES_MAX - 1);
  const { added, removed } = changesOf(file.listing?.changes, first, end);
  /** @type {Line[]} */
  const lines = [];
  let doc = null;
  for (let no = first; no <= end; no++) {
    for (const text of removed.get(no) ?? []) lines.push({ no: 0, text, quiet: true, change: 'removed', folded: 0 });
    const text = texts[no - file.first_line] ?? '';
    const quotes = text.split('"""').length - 1;
    const inDoc = doc !== null;
    const quiet = inDoc || quotes > 0 || /^\s*(#|$)/.test(text);
    if (inDoc && fold && !added.has(no)) doc.folded++;
    else lines.push({ no, text, quiet, change: added.has(no) ? 'added' : '', folded: 0 });
    if (quotes % 2) doc = inDoc ? null : lines[lines.length - 1];
  }
  for (const text of removed.get(end + 1) ?? []) lines.push({ no: 0, text, quiet: true, change: 'removed', folded: 0 });
  return { lines, left: last - end };
}

/** Lines that are new, and before which line others stood. */
function changesOf(changes, first, last) {
  const added = new Set();
  const removed = new Map();
  for (const hunk of changes?.hunks ?? []) {
    if (hunk.line > last + 1 || hunk.line + hunk.added < first) continue;
    for (let no = Math.max(hunk.line, first); no < hunk.line + hunk.added && no <= last; no++) added.add(no);
    if (hunk.line >= first && hunk.removed.length) removed.set(hunk.line, hunk.removed);
  }
  return { added, removed };
}

/** Columns that all lines begin with, which need not be drawn. @param {Line[]} lines */
export const indentOf = (lines) => Math.min(...lines.filter(({ text }) => text.trim()).map(({ text }) => /^ */.exec(text)[0].length), 99);

/* What is inside a box: the cells of a sequence or the rows of a dict or an instance, and how large that is.
 * Sizes are in layout units: pixels on a 1920x1080 page before zooming. */
import { ROLE } from './records.js';
import { KIND, NONE } from './structure.js';
import { accessor, atomText, clip, typeName, unquote } from './text.js';

export const CELL = { min: 66, height: 60, font: 26, char: 15.7, pad: 22 };
export const ROW = { height: 33, font: 20, char: 12.1, pad: 22, min: 60 };
export const NAME = { height: 34, char: 13.3, glyph: 30 };
export const CHIP = { height: 32, char: 10.85, glyph: 30, pad: 11, name: 13, short: 10 };
/** How much of a box is drawn: with more entries than `max`, the first `cut` and a live one; never wider than `width`. */
export const FULL = { cells: { max: 6, cut: 3 }, rows: { max: 7, cut: 5 }, width: Infinity, cell: CELL, live: true };
const SMALL = { cells: { max: 4, cut: 3 }, rows: { max: 4, cut: 3 }, live: true };
const SMALL_CELL = { min: 54, height: 50, font: 20, char: 12.1, pad: 20 };
const OPENED = { cells: { max: 6, cut: 5 }, rows: { max: 3, cut: 3 }, cell: SMALL_CELL, live: false };
const TEXT_MAX = 9;
const LABEL_MAX = 14;
const WORD_MIN = 4;
const LIVE_WIDTH = 112;

/** Windows into boxes for a pane with little room. @param {number} width */
export const small = (width) => ({ ...SMALL, cell: CELL, width });
/** A window into the one box that is opened among lines. @param {number} width */
export const opened = (width) => ({ ...OPENED, width });

/**
 * @typedef {object} Entry a reference held by a box
 * @property {number} link     of the value, NONE for the live entry
 * @property {number} keyLink  of the key, or NONE
 * @property {string} label    index, key or field name
 * @property {string} text     text of an atomic value, "" when the value has a box
 * @property {number} x        of the cell or row, from the box's left
 * @property {number} y        from the box's top
 * @property {number} w
 * @property {number} h
 * @property {number} split    rows: where the value begins, from the box's left
 *
 * @typedef {object} Box
 * @property {number} node
 * @property {"cells"|"rows"|"chip"|"opaque"} shape
 * @property {Entry[]} entries
 * @property {Entry|null} live  the cell that stands for those not drawn
 * @property {number} count     references in all
 * @property {number} start     the first of them that is drawn
 * @property {number} w
 * @property {number} h         without the name above it
 * @property {string} type
 * @property {boolean} [small] its values are small
 * @property {string} [folded] a chip's count of what is folded below it @property {number} [fold] where that stands
 */

/** The references of a box in order: dict items paired, state folded in.
 * @param {import('./structure.js').Run} run @param {number} node @param {(link: number, keyLink: number) => boolean} visit
 * return false to stop */
export function eachEntry(run, node, visit) {
  const { link, node: nodes } = run;
  let waiting = NONE;
  for (let l = nodes.first[node]; l !== NONE; l = link.next[l]) {
    const role = link.role[l];
    const next = link.next[l];
    if (role === ROLE.dict_value) {
      const key = next !== NONE && link.role[next] === ROLE.dict_key ? next : NONE;
      if (!visit(l, key)) return false;
    } else if (role === ROLE.item_key) waiting = l;
    else if (role === ROLE.item_value) {
      if (!visit(l, waiting)) return false;
      waiting = NONE;
    } else if (role === ROLE.dict_key) continue;
    else if (nodes.fold[link.child[l]] !== NONE && nodes.tree[link.child[l]] === l) {
      if (!eachEntry(run, link.child[l], visit)) return false;
    } else if (role === ROLE.arg && l === nodes.first[node] && nodes.unsaid[link.child[l]]) continue; /* the class that is made */
    else if (nodes.fold[node] !== NONE && role === ROLE.tuple_elem && nodes.unsaid[link.child[l]]) continue;
    else if (!visit(l, NONE)) return false;
  }
  return true;
}

/** References of a box, without their places. @param {import('./structure.js').Run} run @param {number} node
 * @returns {{link: number, keyLink: number}[]} */
export function entriesOf(run, node) {
  let kept = long.get(run);
  if (!kept || kept.records !== run.records) long.set(run, (kept = { records: run.records, lists: new Map() }));
  const known = kept.lists.get(node);
  if (known) return known;
  /** @type {{link: number, keyLink: number}[]} */
  const out = [];
  eachEntry(run, node, (link, keyLink) => out.push({ link, keyLink }) > 0);
  if (out.length >= LONG) {
    if (kept.lists.size >= LONG_MAX) kept.lists.clear();
    kept.lists.set(node, out);
  }
  return out;
}

/** Long lists of references, which a step through them asks for again and again. @type {WeakMap<object, {records: number, lists: Map<number, {link: number, keyLink: number}[]>}>} */
const long = new WeakMap();
const LONG = 200;
const LONG_MAX = 16;

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} link @param {number} keyLink @param {number} i */
function labelOf(trace, run, link, keyLink, i) {
  const { role, parent, child } = run.link;
  switch (role[link]) {
    case ROLE.dict_value: case ROLE.item_value: {
      if (keyLink === NONE) return '…';
      const key = child[keyLink];
      if (!run.isAtom(key)) return clip(`<${typeName(trace, run.node.ref[key])}>`, LABEL_MAX);
      const text = atomText(trace, run.node.ref[key], LABEL_MAX + 2);
      return run.node.fold[parent[link]] !== NONE ? clip(unquote(text), LABEL_MAX) : clip(text, LABEL_MAX);
    }
    case ROLE.arg: return `arg ${i}`;
    case ROLE.state: return 'state';
    case ROLE.tuple_elem: return run.node.fold[parent[link]] === NONE ? String(i) : `state[${run.link.index[link]}]`;
    case ROLE.item: return accessor(trace, run, link);
    case ROLE.self: return '__self__';
    case ROLE.user: return 'in hook';
    default: return String(i);
  }
}

/** @param {import('./structure.js').Run} run @param {number} node */
function shapeOf(run, node) {
  const kind = run.node.kind[node];
  if (kind === KIND.DICT || kind === KIND.INSTANCE || kind === KIND.METHOD) return 'rows';
  return 'cells';
}

/**
 * The box of a node.
 * @param {any} trace @param {import('./structure.js').Run} run @param {number} node
 * @param {number} [from] first entry to show when not all are shown
 * @param {typeof FULL} [limits]
 * @returns {Box}
 */
export function boxFor(trace, run, node, from = 0, limits = FULL) {
  const shape = shapeOf(run, node);
  const all = entriesOf(run, node);
  let { cut } = limits[shape];
  let cuts = all.length > limits[shape].max;
  if (shape === 'cells' && Number.isFinite(limits.width)) {
    const widths = all.slice(from, from + limits.cells.max + 1).map(({ link }) => cellWidth(textOf(trace, run, link), limits.cell));
    const live = limits.live ? LIVE_WIDTH : 0;
    const room = cuts ? limits.width - live : limits.width;
    if (sum(cuts ? widths.slice(0, cut) : widths) > room) {
      cuts = all.length > 1;
      const widest = Math.max(...widths);
      cut = Math.max(1, Math.min(cut, all.length - 1, Math.floor((limits.width - live) / widest)));
    }
  }
  const start = cuts ? Math.max(0, Math.min(from, all.length - cut)) : 0;
  const shown = cuts ? all.slice(start, start + cut) : all;
  /** @type {Entry[]} */
  const entries = shown.map(({ link, keyLink }, i) => {
    return { link, keyLink, label: labelOf(trace, run, link, keyLink, start + i), text: textOf(trace, run, link), x: 0, y: 0, w: 0, h: 0, split: 0 };
  });
  /** @type {Entry|null} */
  const live = cuts && limits.live ? { link: NONE, keyLink: NONE, label: '', text: '', x: 0, y: 0, w: 0, h: 0, split: 0 } : null;
  const type = typeName(trace, run.node.ref[node]);
  const box = { node, shape: all.length ? shape : 'opaque', entries, live, count: all.length, start, w: 0, h: 0, type };
  return shape === 'rows' && all.length ? sizeRows(box, limits.width) : sizeCells(box, limits.cell);
}

/** An object as one line: glyph, name, what is folded below it. @param {any} trace @param {import('./structure.js').Run} run
 * @param {number} node @param {string} name @param {string} folded @returns {Box} */
export function chipFor(trace, run, node, name, folded) {
  const fold = CHIP.glyph + (name.length + 1.5) * CHIP.char;
  const w = Math.round(fold + (folded ? (folded.length + 0.5) * CHIP.char : 0) + CHIP.pad);
  return { node, shape: 'chip', entries: [], live: null, count: 0, start: 0, folded, fold, w, h: CHIP.height, type: typeName(trace, run.node.ref[node]) };
}

/** @param {number[]} list */
const sum = (list) => list.reduce((a, b) => a + b, 0);

/** @param {string} text @param {typeof CELL} cell */
const cellWidth = (text, cell) => Math.max(cell.min, Math.round(text.length * cell.char + cell.pad));

/** Text of an atomic value. @param {any} trace @param {import('./structure.js').Run} run @param {number} link */
function textOf(trace, run, link) {
  const child = run.link.child[link];
  return run.isAtom(child) ? atomText(trace, run.node.ref[child], TEXT_MAX) : '';
}

/** @param {any} box @param {typeof CELL} cell @returns {Box} */
function sizeCells(box, cell) {
  let x = 0;
  for (const e of box.entries) {
    e.x = x;
    e.w = cellWidth(e.text, cell);
    e.h = cell.height;
    x += e.w;
  }
  if (box.live) {
    Object.assign(box.live, { x, w: LIVE_WIDTH, h: cell.height });
    x += LIVE_WIDTH;
  }
  box.w = Math.max(x, cell.min);
  box.h = cell.height;
  box.small = cell.font < CELL.font;
  return box;
}

/** @param {any} box @param {number} width at most @returns {Box} */
function sizeRows(box, width) {
  const words = Math.floor((width - 2 * ROW.pad) / ROW.char);
  const longest = Math.max(WORD_MIN, ...box.entries.map((/** @type {Entry} */ e) => e.text.length));
  for (const e of box.entries) {
    e.label = clip(e.label, Math.max(WORD_MIN, words - longest));
    e.text = clip(e.text, Math.max(WORD_MIN, words - WORD_MIN));
  }
  const label = Math.max(...box.entries.map((/** @type {Entry} */ e) => e.label.length));
  const text = Math.max(2, ...box.entries.map((/** @type {Entry} */ e) => e.text.length));
  const split = Math.round(Math.max(ROW.min, label * ROW.char + ROW.pad));
  const w = split + Math.round(Math.max(ROW.min, text * ROW.char + ROW.pad));
  const rows = box.live ? [...box.entries, box.live] : box.entries;
  rows.forEach((/** @type {Entry} */ e, /** @type {number} */ i) => {
    Object.assign(e, { x: 0, y: i * ROW.height, w, h: ROW.height, split });
  });
  box.w = w;
  box.h = rows.length * ROW.height;
  return box;
}

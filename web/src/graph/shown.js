/* Which objects are drawn, and how: small graphs whole; of large ones the objects nearest to the root, those on the way to the
 * object in hand and those that the reader opened; what hangs below them is folded into one pile per holder, with a count. */
import { boxFor, chipFor, entriesOf } from './boxes.js';
import { NONE } from './structure.js';
import { typeName } from './text.js';

export const BOXES_MAX = 44;   /* the way to the object in hand comes on top */
const HEAD = 1;                /* of a long way: so many objects at its begin, and at its end by the budget */
const tailOf = (/** @type {number} */ budget) => (budget > 3 ? 3 : budget > 2 ? 2 : 1);
const MIXED = -1;

/**
 * @typedef {{holder: number, count: number, type: string}} More objects below holder that are folded; type: of all of them, or ""
 * @typedef {{from: number, to: number, count: number}} Skip objects of the way that are left out
 * @typedef {{boxes: Map<number, import('./boxes.js').Box>, more: Map<number, More>, skips: Skip[], links: Set<number>}} Shown
 * @typedef {object} Choice
 * @property {number} [budget] boxes
 * @property {number} [focus]  node whose way from the root is kept open, or NONE
 * @property {Set<number>} [opened] whose objects come first @property {Set<number>} [closed] whose objects are folded
 * @property {typeof import('./boxes.js').FULL} [limits] of boxes
 * @property {boolean|((box: import('./boxes.js').Box) => boolean)} [chips] which boxes are drawn as one line
 * @property {(node: number) => string} [nameOf]
 */

/** @type {WeakMap<object, {size: Uint32Array, type: Int32Array}>} */
const trees = new WeakMap();

/** For each node the objects in its subtree of first discovery, and their type where all have one.
 * @param {any} trace @param {import('./structure.js').Run} run */
function subtrees(trace, run) {
  const { node, link } = run;
  const known = trees.get(run);
  if (known && known.size.length === node.ref.length) return known;
  const size = new Uint32Array(node.ref.length);
  const type = new Int32Array(node.ref.length);
  for (let i = node.ref.length - 1; i >= 0; i--) {
    /* A node is numbered after the one that it was discovered from. */
    const drawn = !run.isAtom(i) && node.fold[i] === NONE;
    const own = trace.objects[node.ref[i]]?.type ?? 0;
    if (drawn) {
      type[i] = size[i] && type[i] !== own ? MIXED : own;
      size[i]++;
    }
    const tree = node.tree[i];
    const parent = tree === NONE ? NONE : link.parent[tree];
    if (parent === NONE || parent >= i || !size[i]) continue;
    type[parent] = !size[parent] || type[parent] === type[i] ? type[i] : MIXED;
    size[parent] += size[i];
  }
  trees.set(run, { size, type });
  return /** @type {{size: Uint32Array, type: Int32Array}} */ (trees.get(run));
}

/** How many objects a run has that are drawn. @param {any} trace @param {import('./structure.js').Run} run */
export const objectsIn = (trace, run) => subtrees(trace, run).size[0] ?? 0;

/** The object that a node is reached through first, NONE for the root. @param {import('./structure.js').Run} run @param {number} node */
export function holderOf(run, node) {
  const tree = node === 0 ? NONE : run.node.tree[node];
  return tree === NONE ? NONE : run.boxOf(run.link.parent[tree]);
}

/** From the root to a node: boxes. @param {import('./structure.js').Run} run @param {number} node @returns {number[]} */
export function wayTo(run, node) {
  const way = [];
  let at = node === NONE ? NONE : run.boxOf(node);
  for (let guard = run.node.ref.length; guard > 0 && at !== NONE; guard--) {
    way.push(at);
    at = holderOf(run, at);
  }
  return way.reverse();
}

/** The references of a box as its children, one by one: each link and the box it leads to.
 * @param {import('./structure.js').Run} run @param {number} holder @param {(child: number, link: number) => void} visit */
export function eachChild(run, holder, visit) {
  for (const { link: value, keyLink } of entriesOf(run, holder))
    for (const l of [value, keyLink]) {
      if (l === NONE) continue;
      const child = run.boxOf(run.link.child[l]);
      if (!run.isAtom(child)) visit(child, l);
    }
}

/** @param {import('./structure.js').Run} run @param {Choice} choice @returns {{order: number[], skips: Skip[]}} */
function pick(run, { budget = BOXES_MAX, focus = NONE, opened = new Set(), closed = new Set() }) {
  const order = [0];
  const seen = new Set(order);
  /** @type {Skip[]} */
  const skips = [];
  const add = (node) => { if (!seen.has(node)) { seen.add(node); order.push(node); } };
  const way = wayTo(run, focus);
  const tail = way.slice(-tailOf(budget));
  if (way.length > HEAD + tail.length + 1) {
    [...way.slice(0, HEAD), ...tail].forEach(add);
    const middle = way.slice(HEAD, -tail.length);
    skips.push({ from: way[HEAD - 1], to: tail[0], count: middle.length });
    for (const node of middle) seen.add(node);
  } else way.forEach(add);
  for (const node of opened) {
    const above = wayTo(run, node);
    if (order.length + above.length > budget || above.some((one) => seen.has(one) && !order.includes(one))) continue;
    above.forEach(add);
    eachChild(run, node, (child) => { if (order.length < budget) add(child); });
  }
  for (let q = 0; q < order.length && order.length < budget; q++)
    if (!closed.has(order[q])) eachChild(run, order[q], (child) => { if (order.length < budget) add(child); });
  return { order, skips };
}

/** @param {any} trace @param {import('./structure.js').Run} run @param {Choice} [choice] @returns {Shown} */
export function select(trace, run, choice = {}) {
  const { chips = false, limits, nameOf = (node) => typeName(trace, run.node.ref[node]) } = choice;
  const { order, skips } = pick(run, choice);
  /** @type {Shown} */
  const shown = { boxes: new Map(), more: new Map(), skips, links: new Set() };
  for (const node of order) {
    const box = chips === true ? null : boxFor(trace, run, node, 0, limits);
    const chip = box === null || (chips !== false && chips !== true && chips(box));
    shown.boxes.set(node, chip ? chipFor(trace, run, node, nameOf(node), '') : box);
    for (const e of shown.boxes.get(node)?.entries ?? []) for (const l of [e.link, e.keyLink]) if (l !== NONE) shown.links.add(l);
  }
  const reached = new Set(skips.map((skip) => skip.to));
  for (const holder of order) {
    fold(trace, run, shown, holder, reached);
    const more = shown.more.get(holder);
    if (more && shown.boxes.get(holder)?.shape === 'chip') shown.boxes.set(holder, chipFor(trace, run, holder, nameOf(holder), moreText(more)));
  }
  return shown;
}

/** Counts what is folded below a holder. @param {any} trace @param {import('./structure.js').Run} run @param {Shown} shown
 * @param {number} holder @param {Set<number>} reached whose way is drawn as a skip */
function fold(trace, run, shown, holder, reached) {
  const { node, link } = run;
  const { size, type } = subtrees(trace, run);
  let count = 0;
  let one = 0;
  const inside = new Set(shown.skips.filter((skip) => skip.from === holder).flatMap((skip) => wayTo(run, skip.to)));
  eachChild(run, holder, (child, l) => {
    if (shown.boxes.has(child) || node.tree[link.child[l]] !== l) return;
    one = !count || one === type[child] ? type[child] : MIXED;
    count += size[child] - (inside.has(child) ? drawnBelow(run, shown, child, reached, size) : 0);
  });
  if (count) shown.more.set(holder, { holder, count, type: one > 0 ? lastPart(trace.types[one]?.name) : '' });
}

/** Objects below a folded one that are drawn all the same, at the end of the way, with what is counted there.
 * @param {import('./structure.js').Run} run @param {Shown} shown @param {number} child @param {Set<number>} reached @param {Uint32Array} size */
function drawnBelow(run, shown, child, reached, size) {
  let sum = 0;
  for (const { to, count } of shown.skips) if (reached.has(to) && wayTo(run, to).includes(child)) sum += size[to] + count;
  return sum;
}

/** The words for what is folded. @param {More} more */
export function moreText({ count, type }) {
  const number = `+${count.toLocaleString('en')}`;
  if (!type) return number;
  return `${number} ${count === 1 ? type : /(s|x|ch|sh)$/.test(type) ? `${type}es` : `${type}s`}`;
}

/** @param {unknown} name of a type, perhaps with its module's */
const lastPart = (name) => (typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : '');

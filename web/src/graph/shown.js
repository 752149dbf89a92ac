/* Which objects are drawn, and how: small graphs whole; of large ones the objects nearest to the root, those on the way to the
 * object in hand and those that the reader opened; what hangs below them is folded into one pile per holder, with a count. */
import { boxFor, chipFor, eachEntry } from './boxes.js';
import { NONE } from './structure.js';
import { typeName } from './text.js';

export const BOXES_MAX = 44;   /* the way to the object in hand comes on top */
const HEAD = 1;                /* of a long way: so many objects at its begin, and at its end by the budget */
const tailOf = (/** @type {number} */ budget) => (budget > 3 ? 3 : budget > 2 ? 2 : 1);
const MIXED = -1;
const LOOK_MAX = 256;           /* children of a holder that are looked at one by one; of more the sum is enough */

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
 * @property {(node: number) => string} [nameOf] @property {number} [width] of a chip, at most
 */

/** @type {WeakMap<object, {size: Uint32Array, type: Int32Array, below: Int32Array}>} */
const trees = new WeakMap();

/** For each node the objects in its subtree of first discovery, their type where all have one, and that of those below it.
 * @param {any} trace @param {import('./structure.js').Run} run */
function subtrees(trace, run) {
  const { node, link } = run;
  const known = trees.get(run);
  if (known && known.size.length === node.ref.length) return known;
  const size = new Uint32Array(node.ref.length);
  const type = new Int32Array(node.ref.length);
  const below = new Int32Array(node.ref.length);
  for (let i = node.ref.length - 1; i >= 0; i--) {
    /* A node is numbered after the one that it was discovered from. */
    const drawn = !run.isAtom(i) && node.fold[i] === NONE;
    const own = trace.objects[node.ref[i]]?.type ?? 0;
    below[i] = size[i] ? type[i] : MIXED;
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
  const made = { size, type, below };
  trees.set(run, made);
  return made;
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
 * @param {import('./structure.js').Run} run @param {number} holder @param {(child: number, link: number) => boolean|void} visit returns false to stop */
export function eachChild(run, holder, visit) {
  const look = (/** @type {number} */ l) => {
    const child = l === NONE ? NONE : run.boxOf(run.link.child[l]);
    return child === NONE || run.isAtom(child) || visit(child, l) !== false;
  };
  eachEntry(run, holder, (value, keyLink) => look(value) && look(keyLink));
}

/** @type {WeakMap<object, {links: number, first: Uint32Array, list: Uint32Array}>} */
const incoming = new WeakMap();

/** The references to each node. @param {import('./structure.js').Run} run @returns {{first: Uint32Array, list: Uint32Array}} of node i: list[first[i]] up to list[first[i + 1]] */
export function incomingOf(run) {
  const { child } = run.link;
  const known = incoming.get(run);
  if (known && known.links === child.length) return known;
  const first = new Uint32Array(run.node.ref.length + 2);
  for (let l = 0; l < child.length; l++) first[child[l] + 2]++;
  for (let i = 2; i < first.length; i++) first[i] += first[i - 1];
  const list = new Uint32Array(child.length);
  for (let l = 0; l < child.length; l++) list[first[child[l] + 1]++] = l;
  const made = { links: child.length, first, list };
  incoming.set(run, made);
  return made;
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
    eachChild(run, node, (child) => { add(child); return order.length < budget; });
  }
  for (let q = 0; q < order.length && order.length < budget; q++)
    if (!closed.has(order[q])) eachChild(run, order[q], (child) => { add(child); return order.length < budget; });
  return { order, skips };
}

/** @param {any} trace @param {import('./structure.js').Run} run @param {Choice} [choice] @returns {Shown} */
export function select(trace, run, choice = {}) {
  const { chips = false, limits, width = Infinity, nameOf = (node) => typeName(trace, run.node.ref[node]) } = choice;
  const { order, skips } = pick(run, choice);
  /** @type {Shown} */
  const shown = { boxes: new Map(), more: new Map(), skips, links: new Set() };
  for (const node of order) {
    const box = chips === true ? null : boxFor(trace, run, node, 0, limits);
    const chip = box === null || (chips !== false && chips !== true && chips(box));
    shown.boxes.set(node, chip ? chipFor(trace, run, node, nameOf(node), '') : box);
    for (const e of shown.boxes.get(node)?.entries ?? []) for (const l of [e.link, e.keyLink]) if (l !== NONE) shown.links.add(l);
  }
  for (const holder of order) {
    fold(trace, run, shown, holder, order);
    const more = shown.more.get(holder);
    if (!more || shown.boxes.get(holder)?.shape !== 'chip') continue;
    const chip = chipFor(trace, run, holder, nameOf(holder), moreText(more));
    shown.boxes.set(holder, chip.w <= width ? chip : chipFor(trace, run, holder, nameOf(holder), moreText({ ...more, type: '' })));
  }
  return shown;
}

/** Counts what is folded below a holder: its subtree without the subtrees that begin at what is drawn.
 * @param {any} trace @param {import('./structure.js').Run} run @param {Shown} shown @param {number} holder @param {number[]} order what is drawn */
function fold(trace, run, shown, holder, order) {
  const { size, below } = subtrees(trace, run);
  let count = size[holder] - 1;
  for (const node of order) if (node !== holder && nearestDrawn(run, shown, node) === holder) count -= size[node];
  for (const skip of shown.skips) if (skip.from === holder) count -= skip.count;
  if (count <= 0) return;
  const one = below[holder] > 0 ? below[holder] : typeOfFolded(trace, run, shown, holder);
  shown.more.set(holder, { holder, count, type: one > 0 ? lastPart(trace.types[one]?.name) : '' });
}

/** The drawn object that a drawn one hangs below, NONE for the root. @param {import('./structure.js').Run} run @param {Shown} shown @param {number} node */
function nearestDrawn(run, shown, node) {
  let at = holderOf(run, node);
  while (at !== NONE && !shown.boxes.has(at)) at = holderOf(run, at);
  return at;
}

/** The type of all that is folded, where the holder has few children and all are of one. @param {any} trace @param {import('./structure.js').Run} run
 * @param {Shown} shown @param {number} holder */
function typeOfFolded(trace, run, shown, holder) {
  const { type } = subtrees(trace, run);
  let one = 0;
  let left = LOOK_MAX;
  eachChild(run, holder, (child, l) => {
    if (!shown.boxes.has(child) && run.node.tree[run.link.child[l]] === l) one = !one || one === type[child] ? type[child] : MIXED;
    return one !== MIXED && --left > 0;
  });
  return left > 0 ? one : MIXED;
}

/** The words for what is folded. @param {More} more */
export function moreText({ count, type }) {
  const number = `+${count.toLocaleString('en')}`;
  if (!type) return number;
  return `${number} ${count === 1 ? type : /(s|x|ch|sh)$/.test(type) ? `${type}es` : `${type}s`}`;
}

/** @param {unknown} name of a type, perhaps with its module's */
const lastPart = (name) => (typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : '');

/* Which objects get a box.  Small graphs are shown whole.  Of large ones the objects nearest to the root are
 * shown; what hangs below them collapses into one box per holder, with a count. */
import { boxFor, entriesOf } from './boxes.js';
import { NONE } from './structure.js';

export const BOXES_MAX = 56;   /* with the collapsed ones; the path to the current object comes on top */
export const PATH_MAX = 2;     /* boxes of that path */

/**
 * @typedef {{holder: number, count: number}} More objects below holder that have no box of their own
 * @typedef {{boxes: Map<number, import('./boxes.js').Box>, more: Map<number, More>, links: Set<number>}} Shown
 */

/** @type {WeakMap<object, Uint32Array>} */
const sizes = new WeakMap();

/** Objects in the subtree of first discovery, for each node. @param {import('./structure.js').Run} run */
function subtreeSizes(run) {
  const { node, link } = run;
  const known = sizes.get(run);
  if (known && known.length === node.ref.length) return known;
  const size = new Uint32Array(node.ref.length).fill(1);
  /* A node is numbered after the one that it was discovered from. */
  for (let i = node.ref.length - 1; i > 0; i--) {
    const tree = node.tree[i];
    if (tree !== NONE && link.parent[tree] < i) size[link.parent[tree]] += size[i];
  }
  sizes.set(run, size);
  return size;
}

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} limit boxes @returns {Shown} */
function choose(trace, run, limit) {
  const { link, node } = run;
  const size = subtreeSizes(run);
  /** @type {Shown} */
  const shown = { boxes: new Map(), more: new Map(), links: new Set() };
  const queue = [0];
  const seen = new Set(queue);
  for (let q = 0; q < queue.length; q++) shown.boxes.set(queue[q], open(queue[q]));
  for (const holder of shown.boxes.keys()) collapse(holder);
  return shown;

  /** @param {number} id */
  function open(id) {
    const box = boxFor(trace, run, id);
    for (const e of box.entries)
      for (const l of [e.link, e.keyLink]) {
        if (l === NONE) continue;
        shown.links.add(l);
        const child = run.boxOf(link.child[l]);
        if (run.isAtom(child) || seen.has(child) || queue.length >= limit) continue;
        seen.add(child);
        queue.push(child);
      }
    return box;
  }

  /** @param {number} holder */
  function collapse(holder) {
    let count = 0;
    for (const { link: value, keyLink } of entriesOf(run, holder))
      for (const l of [value, keyLink]) {
        if (l === NONE) continue;
        const child = run.boxOf(link.child[l]);
        if (node.tree[link.child[l]] === l && !seen.has(child) && !run.isAtom(child)) count += size[child];
      }
    if (count) shown.more.set(holder, { holder, count });
  }
}

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} [budget] @returns {Shown} */
export function select(trace, run, budget = BOXES_MAX) {
  let limit = budget;
  let shown = choose(trace, run, limit);
  while (shown.boxes.size + shown.more.size > budget && limit > 1) {
    limit = Math.max(1, Math.floor(limit * 0.8));
    shown = choose(trace, run, limit);
  }
  return shown;
}

/**
 * The way from a shown box down to an object that has none: links, outermost first.
 * @param {import('./structure.js').Run} run @param {Shown} shown @param {number} target node
 * @returns {number[]} empty if the object is shown, or is unreachable
 */
export function hiddenPath(run, shown, target) {
  const { node, link } = run;
  /** @type {number[]} */
  const path = [];
  let at = run.boxOf(target);
  for (let guard = node.ref.length; guard > 0 && !shown.boxes.has(at); guard--) {
    const tree = node.tree[at];
    if (tree === NONE) return [];
    path.push(tree);
    at = run.boxOf(link.parent[tree]);
  }
  return path.reverse();
}

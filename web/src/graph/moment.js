/* What the graph shows at event n: the object in hand, the reference being followed, what is filled already. */
import { ROLE } from './records.js';
import { NONE } from './structure.js';

/** Events that belong to following a reference; later ones in the same call light only the object. */
const ENTERING = new Set(['call', 'memo_new', 'memo_given', 'memo_get', 'dispatch', 'atomic', 'fast_atomic', 'fast_tuple',
  'class_check', 'hook_get', 'copyreg_get']);

/** Event at which the copy of a box holds the copy behind this link; NONE: not in the trace so far.
 * @param {import('./structure.js').Run} run @param {number} box node @param {number} l link */
export function filledAt(run, box, l) {
  const { node, link } = run;
  const role = link.role[l];
  if (node.fold[link.parent[l]] !== NONE || role === ROLE.state) return node.state[box];
  if (role === ROLE.tuple_elem || role === ROLE.arg || role === ROLE.self || role === ROLE.user) return node.made[box];
  return link.fill[l];
}

/** @param {number} at @param {number} n */
export const happened = (at, n) => at !== NONE && at <= n;

/**
 * @typedef {object} Moment
 * @property {number} n
 * @property {number} box    the object in hand: the node whose box is lit
 * @property {number} target the object of the current call, itself or an atomic value
 * @property {number} link   the reference being followed, or NONE
 * @property {number} at     the reference by which the current call was made, or NONE
 * @property {number} fill   the reference that an append just made, or NONE
 * @property {"hit"|"miss"|"set"|""} memo what the memo did with the object
 */

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} n @returns {Moment} */
export function momentAt(trace, run, n) {
  const i = run.recordAt(n);
  const event = trace.event(n);
  const name = event ? event.event : '';
  let at = run.recordLink.length ? run.recordLink[i] : NONE;
  let target = run.recordNode.length ? run.recordNode[i] : NONE;
  let fill = NONE;
  if (name === 'append' && at !== NONE) {
    fill = at;
    target = run.link.parent[at];
    at = run.node.tree[target];
  }
  const holder = target !== NONE && run.isAtom(target) && at !== NONE ? run.link.parent[at] : target;
  const box = run.boxOf(holder);
  const own = target !== NONE && event && run.node.ref[target] === event.obj;
  let memo = '';
  if (own && (name === 'memo_get' || name === 'memo_again')) memo = event.outcome ? 'hit' : 'miss';
  else if (own && name === 'memo_set') memo = 'set';
  return { n, box, target, at, link: ENTERING.has(name) ? at : NONE, fill, memo: /** @type {Moment["memo"]} */ (memo) };
}

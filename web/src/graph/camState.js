/* What the simulated CAM holds and answers at an event, rebuilt from its recorded operations. */

export const OP_INSERT = 2;
const NO_INDEX = 0xffffffff;
const MATCH_BITS = 64;

/**
 * @typedef {{index: number, op: any}} CamEntry the operation that wrote it
 * @typedef {{op: any, position: number, exact: boolean, count: number, entries: (upTo: number) => CamEntry[], entry: (index: number) => CamEntry|null}} CamMoment
 */

/** @type {WeakMap<object, {ops: any[], writes: Map<number, number[]>}>} */
const cache = new WeakMap();

/** Positions of the operations that wrote each entry. @param {any} cam */
function writesOf(cam) {
  let known = cache.get(cam);
  if (known) return known;
  const inOrder = cam.ops.every((op, k) => k === 0 || cam.ops[k - 1].event <= op.event);
  const ops = inOrder ? cam.ops : [...cam.ops].sort((a, b) => a.event - b.event);
  const writes = new Map();
  ops.forEach((op, k) => {
    if (op.op !== OP_INSERT || op.index === NO_INDEX) return;
    const list = writes.get(op.index);
    if (list) list.push(k);
    else writes.set(op.index, [k]);
  });
  known = { ops, writes };
  cache.set(cam, known);
  return known;
}

/** How many of an ascending list satisfy the test, which holds for a prefix. @template T @param {T[]} list @param {(x: T) => boolean} test */
function prefix(list, test) {
  let lo = 0;
  let hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (test(list[mid])) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** The CAM at event n: its operation there, or the last one before. @param {any} cam @param {number} n @returns {CamMoment|null} */
export function camAt(cam, n) {
  if (!cam) return null;
  const { ops, writes } = writesOf(cam);
  const position = prefix(ops, (op) => op.event <= n) - 1;
  if (position < 0) return null;
  const op = ops[position];
  /** @param {number} index @returns {CamEntry|null} */
  const entry = (index) => {
    const list = writes.get(index);
    const k = list ? prefix(list, (at) => at <= position) - 1 : -1;
    return k >= 0 && list ? { index, op: ops[list[k]] } : null;
  };
  /** @param {number} upTo */
  const entries = (upTo) => {
    const out = [];
    for (let i = 0; i < upTo; i++) {
      const e = entry(i);
      if (e) out.push(e);
    }
    return out;
  };
  return { op, position, exact: op.event === n, count: op.count, entries, entry };
}

/** Does the match line of an entry carry a hit? @param {any} op @param {number} index */
export function matches(op, index) {
  if (op.op === OP_INSERT) return false;
  return index < MATCH_BITS ? ((op.match >> BigInt(index)) & 1n) === 1n : op.hit && op.index === index;
}

/** Entry that the operation matched or wrote, or -1. @param {any} op */
export const entryOf = (op) => (op.index === NO_INDEX ? -1 : op.index);

/**
 * Rows to draw: entries from 0, with the one that matters among them, and what is left out.
 * @param {number} count valid entries @param {number} depth @param {number} lit entry that must be shown, or -1 @param {number} max rows
 * @returns {({index: number} | {from: number, to: number, empty: boolean})[]}
 */
export function camRows(count, depth, lit, max) {
  /** @type {({index: number} | {from: number, to: number, empty: boolean})[]} */
  const rows = [];
  const valid = Math.min(count, depth);
  const hasEmpty = valid < depth;
  const room = max - (hasEmpty ? 1 : 0);
  if (valid <= room) for (let i = 0; i < valid; i++) rows.push({ index: i });
  else {
    /* First entries, the lit one, the last; a gap where entries are left out. */
    const keep = new Set([lit >= 0 && lit < valid ? lit : valid - 1]);
    for (const i of [0, valid - 1, ...Array.from({ length: room }, (_, k) => k)]) {
      const next = [...keep, i].sort((a, b) => a - b);
      if (next.length + gaps(next, valid) <= room) keep.add(i);
    }
    let at = 0;
    for (const i of [...keep].sort((a, b) => a - b)) {
      if (i > at) rows.push({ from: at, to: i - 1, empty: false });
      rows.push({ index: i });
      at = i + 1;
    }
    if (at < valid) rows.push({ from: at, to: valid - 1, empty: false });
  }
  if (hasEmpty) rows.push({ from: valid, to: depth - 1, empty: true });
  return rows;
}

/** @param {number[]} sorted @param {number} valid */
function gaps(sorted, valid) {
  let at = 0;
  let n = 0;
  for (const i of sorted) {
    if (i > at) n++;
    at = Math.max(at, i + 1);
  }
  return n + (at < valid ? 1 : 0);
}

/**
 * Two recordings side by side: which event of one stands for which of the other.  Calls are matched by their path, the
 * roles and positions from the root on, and within a matched call its events in order; so after a difference both meet
 * again at the next call, or the next event, that they have in common.  Pure.
 */
import { EV, stepsOf } from '../vocabulary.js';

const LCS_MAX = 250000; // cells; a longer stretch without a common call counts as different throughout

/**
 * @typedef {object} Alignment
 * @property {number} length     rows
 * @property {Int32Array} left   event of each row, -1 for none
 * @property {Int32Array} right
 * @property {Uint8Array} same   1: the same event on both sides; 0: on one side only, or another one on either
 * @property {number[]} parts    rows where they part: the first of each stretch of rows that differ
 */

/** @param {any} a trace @param {any} b trace @returns {Alignment} */
export default function align(a, b) {
  const [left, right] = [new Side(a), new Side(b)];
  const rows = new Rows(a.eventCount + b.eventCount);
  /** @type {{items: [number, number][], at: number}[]} */
  const stack = [frame(left, right, left.outside, right.outside)];
  while (stack.length) {
    const top = stack[stack.length - 1];
    if (top.at === top.items.length) {
      stack.pop();
      continue;
    }
    const [x, y] = top.items[top.at++];
    if (isCall(x) && isCall(y)) stack.push(frame(left, right, callOf(x), callOf(y)));
    else {
      emit(rows, left, x, 0);
      if (x !== NOTHING && y !== NOTHING) rows.pair(y, left.key(x) === right.key(y));
      else emit(rows, right, y, 1);
    }
  }
  return rows.done();
}

const NOTHING = -1;
/** Items: an event is its number, a call within is -2 - its index. */
const isCall = (item) => item < NOTHING;
const callOf = (item) => -2 - item;
const itemOf = (call) => -2 - call;

const frame = (left, right, x, y) => ({ items: match(left.itemsOf(x), right.itemsOf(y), left, right), at: 0 });

/** All events of an item that stands on one side only. */
function emit(rows, side, item, which) {
  if (item === NOTHING) return;
  if (!isCall(item)) {
    rows.one(item, which);
    return;
  }
  const { calls, events } = side;
  const call = callOf(item);
  const end = Math.min(calls.close[call], events - 1);
  for (let n = calls.open[call]; n <= end; n++) rows.one(n, which);
}

class Rows {
  constructor(most) {
    this.left = new Int32Array(most);
    this.right = new Int32Array(most);
    this.same = new Uint8Array(most);
    this.length = 0;
  }

  one(n, which) {
    this.left[this.length] = which === 0 ? n : NOTHING;
    this.right[this.length++] = which === 0 ? NOTHING : n;
  }

  /** The row made last has an event of the other side too, the same or another in its place. */
  pair(n, same) {
    this.right[this.length - 1] = n;
    this.same[this.length - 1] = same ? 1 : 0;
  }

  done() {
    const { length } = this;
    const parts = [];
    for (let row = 0; row < length; row++) if (!this.same[row] && (row === 0 || this.same[row - 1])) parts.push(row);
    return { length, left: this.left.subarray(0, length), right: this.right.subarray(0, length), same: this.same.subarray(0, length), parts };
  }
}

/** A trace's events by call: what each call does itself and which calls it makes, in order. */
class Side {
  constructor(trace) {
    const { calls, eventCount } = trace;
    this.trace = trace;
    this.calls = calls;
    this.events = eventCount;
    /** Stands for what is in no call: the outermost calls. */
    this.outside = calls.length;
    /** What makes two events the same: kind, outcome, and of a return whether it is of x itself. */
    this.keys = new Uint16Array(eventCount);
    const owner = this.#owners();
    this.start = new Uint32Array(calls.length + 2);
    for (let n = 0; n < eventCount; n++) this.start[owner[n] + 1]++;
    for (let c = 0; c < calls.length; c++) this.start[this.#holder(c) + 1]++;
    for (let c = 0; c <= calls.length; c++) this.start[c + 1] += this.start[c];
    this.items = new Int32Array(eventCount + calls.length);
    this.#fill(owner);
  }

  #holder(call) { return this.calls.parent[call] < 0 ? this.outside : this.calls.parent[call]; }

  /** The call that each event belongs to. */
  #owners() {
    const { records, history } = this.trace;
    const owner = new Uint32Array(this.events);
    for (let rec = 0; rec < records.length; rec++) {
      const steps = stepsOf(records.kind[rec], records.flags[rec], records.role[rec]);
      steps.forEach(({ event, outcome }, step) => {
        const n = records.first[rec] + step;
        const call = history.callAt(rec, event);
        owner[n] = call < 0 ? this.outside : call;
        const itself = event === EV.return && call >= 0 && this.calls.result[call] === this.calls.obj[call];
        this.keys[n] = event * 8 + (outcome === null ? 0 : outcome ? 1 : 2) * 2 + (itself ? 1 : 0);
      });
    }
    return owner;
  }

  #fill(owner) {
    const next = this.start.slice();
    let call = 0;
    for (let n = 0; n < this.events; n++) {
      for (; call < this.calls.length && this.calls.open[call] <= n; call++) this.items[next[this.#holder(call)]++] = itemOf(call);
      this.items[next[owner[n]]++] = n;
    }
    for (; call < this.calls.length; call++) this.items[next[this.#holder(call)]++] = itemOf(call);
  }

  itemsOf(call) { return this.items.subarray(this.start[call], this.start[call + 1]); }

  /** What makes two items the same: of a call its role and position. */
  key(item) {
    if (!isCall(item)) return this.keys[item];
    return CALL_KEY + this.calls.role[callOf(item)] * 2 ** 32 + this.calls.index[callOf(item)];
  }
}

const CALL_KEY = 2 ** 40;

/** Pairs of items in order, NOTHING where one side has none. @returns {[number, number][]} */
function match(xs, ys, left, right) {
  const a = Array.from(xs, (item) => left.key(item));
  const b = Array.from(ys, (item) => right.key(item));
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  /** @type {[number, number][]} */
  const pairs = [];
  for (let i = 0; i < head; i++) pairs.push([xs[i], ys[i]]);
  for (const [i, j] of middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    pairs.push([i < 0 ? NOTHING : xs[head + i], j < 0 ? NOTHING : ys[head + j]]);
  }
  for (let i = tail; i > 0; i--) pairs.push([xs[xs.length - i], ys[ys.length - i]]);
  return instead(pairs);
}

/** Where both do something else from here on, their first events share a row: one stands in the place of the other. */
function instead(pairs) {
  const out = [];
  for (let i = 0; i < pairs.length;) {
    let end = i;
    while (end < pairs.length && (pairs[end][0] === NOTHING) !== (pairs[end][1] === NOTHING)) end++;
    const gap = pairs.slice(i, end);
    const x = gap.findIndex(([item]) => item !== NOTHING);
    const y = gap.findIndex(([, item]) => item !== NOTHING);
    const both = x >= 0 && y >= 0 && !isCall(gap[x][0]) && !isCall(gap[y][1]);
    if (both) out.push([gap[x][0], gap[y][1]], ...gap.filter((_, k) => k !== x && k !== y));
    else out.push(...gap);
    if (end < pairs.length) out.push(pairs[end]);
    i = end + 1;
  }
  return out;
}

/** The stretch between: cut at the calls that both make, since a path is there once; between the cuts the longest common part. */
function middle(a, b) {
  const where = new Map();
  b.forEach((key, j) => { if (key >= CALL_KEY) where.set(key, j); });
  /** @type {[number, number][]} */
  const pairs = [];
  let [i, j] = [0, 0];
  const until = (end, stop) => {
    for (const [p, q] of common(a.slice(i, end), b.slice(j, stop))) pairs.push([p < 0 ? -1 : i + p, q < 0 ? -1 : j + q]);
  };
  a.forEach((key, at) => {
    const other = key >= CALL_KEY ? where.get(key) : undefined;
    if (other === undefined || other < j) return;
    until(at, other);
    pairs.push([at, other]);
    [i, j] = [at + 1, other + 1];
  });
  until(a.length, b.length);
  return pairs;
}

/** The longest common subsequence, with what is left out on either side; left first. @returns {[number, number][]} */
export function common(a, b) {
  /** @type {[number, number][]} */
  const pairs = [];
  const [n, m] = [a.length, b.length];
  if (n * m > LCS_MAX) return [...a.map((_, i) => /** @type {[number, number]} */ ([i, -1])), ...b.map((_, j) => /** @type {[number, number]} */ ([-1, j]))];
  const width = m + 1;
  const longest = new Uint32Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && a[i] === b[j]) pairs.push([i++, j++]);
    else if (j === m || (i < n && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) pairs.push([i++, -1]);
    else pairs.push([-1, j++]);
  }
  return pairs;
}

/** The row in which an event of the left (0) or right (1) side stands: the rows of each side ascend. */
export function rowOf({ left, right, length }, n, side = 0) {
  const events = side ? right : left;
  // Rows without an event of this side stand between: look it up among those that have one.
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const mid = (low + high) >>> 1;
    let at = mid;
    while (at >= low && events[at] < 0) at--;
    if (at < low) low = mid + 1;
    else if (events[at] === n) return at;
    else if (events[at] < n) low = mid + 1;
    else high = at - 1;
  }
  return -1;
}

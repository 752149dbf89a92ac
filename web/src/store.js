/**
 * One trace, one cursor.  stateAt() is pure: the state at event n is a function of (trace, n), forward and back.
 * Views read it and call store.seek(n); nothing else changes the cursor.
 */
import { countUpTo } from './columns.js';
import { happened, OPEN } from './history.js';
import { opOf, ROLES } from './vocabulary.js';

/**
 * @typedef {object} Frame
 * @property {number} callIndex into trace.calls
 * @property {number} obj       ref of x
 * @property {string} role      why it was called
 * @property {number} index     position among its parent's calls of that role
 * @property {number} parent    ref of the caller's x, 0 for none
 * @property {number} openEvent
 * @property {string} site      the line that it stands on
 * @property {number|null} line
 * @property {string} op        deepcopy, copy or replace
 */

/** The line a call waits on while it copies a child of this role. */
const WAITS_AT = {
  list_elem: 'append', dict_value: 'setitem', dict_key: 'setitem', tuple_elem: 'copier', self: 'method_new',
  arg: 'make', state: 'state_dict', item: 'item_append', item_key: 'item_set', item_value: 'item_set',
  user: 'hook_call', root: 'none',
};
/** The line that a call of copy() or replace() waits on: nothing but user code makes calls from there. */
const SHALLOW_WAITS_AT = { copy: 'copy_hook_call', replace: 'replace_call' };

/** State at event n, 0-based; its costly parts are made when they are asked for. */
export function stateAt(trace, n) {
  return new State(trace, Math.max(0, Math.min(n, trace.eventCount - 1)));
}

class State {
  constructor(trace, n) {
    this.trace = trace;
    this.n = n;
    /** @type {import('./trace.js').LogicalEvent|null} */
    this.event = trace.event(n);
    /** @type {Frame[]|null} */
    this.frames = null;
    /** @type {any} undefined until asked for */
    this.memoState = undefined;
    /** @type {Uint32Array|null} */
    this.visitCounts = null;
  }

  /** Open calls, outermost first. @returns {Frame[]} */
  get stack() {
    this.frames ??= this.event ? stackOf(this.trace, this.event) : [];
    return this.frames;
  }

  /** The memo in force: { ref, lg, slots, entries, used, resizedAt, get(key) }, or null. */
  get memo() {
    if (this.memoState === undefined) {
      const { calls, history } = this.trace;
      const call = this.event ? this.event.callIndex : -1;
      const memo = call >= 0 ? history.memos[calls.memo[call]] : lastMemo(this.trace, this.n);
      this.memoState = memo ? memo.at(this.n) : null;
    }
    return this.memoState;
  }

  /** How many rows of trace.history.copies have happened. */
  get copyCount() { return happened(this.trace.history.copies, this.n); }

  /** Original ref to copy ref. */
  get copies() { return new RefMap(this.trace.history, this.copyCount, 'orig', 'copy'); }

  /** Copy ref to original ref. */
  get copyOf() { return new RefMap(this.trace.history, this.copyCount, 'copy', 'orig'); }

  /** The event that made a copy, or null if it is not made yet. @param {number} copy its ref @returns {number|null} */
  madeAt(copy) {
    const { copies, madeRow } = this.trace.history;
    const row = madeRow.get(copy);
    return row === undefined || row >= this.copyCount ? null : copies.event[row];
  }

  /** How many rows of trace.history.edges have happened. */
  get edgeCount() { return happened(this.trace.history.edges, this.n); }

  /** A reference that a copy got, by its number in order. @param {number} row below edgeCount */
  edge(row) {
    const { edges } = this.trace.history;
    return {
      event: edges.event[row], from: edges.from[row], to: edges.to[row], role: ROLES[edges.role[row]].name,
      index: edges.index[row], key: edges.key[row],
    };
  }

  /** Has the outermost call returned or raised? */
  get returned() {
    const { calls } = this.trace;
    if (!this.event) return false;
    const open = countUpTo(calls.open, calls.length, this.n) - 1;
    if (open < 0) return false;
    let root = open;
    while (calls.parent[root] >= 0) root = calls.parent[root];
    return calls.close[root] !== OPEN && calls.close[root] <= this.n;
  }

  /** Visits of each source line so far, by site number. */
  get visits() {
    this.visitCounts ??= this.trace.history.visitsAt(this.n);
    return this.visitCounts;
  }
}

/** One column of the copies made so far to another, looked up rather than listed. */
class RefMap {
  constructor(history, count, from, to) {
    this.index = from === 'orig' ? history.copyRows : history.madeRow;
    this.from = history.copies[from];
    this.to = history.copies[to];
    this.count = count;
  }

  /** @param {number} ref @returns {number|undefined} */
  get(ref) {
    const row = this.index.last(ref, this.count);
    return row < 0 ? undefined : this.to[row];
  }

  has(ref) { return this.index.last(ref, this.count) >= 0; }

  /** In order of the copies. @returns {Generator<[number, number]>} */
  * [Symbol.iterator]() {
    for (let row = 0; row < this.count; row++) if (this.index.last(this.from[row], this.count) === row) yield [this.from[row], this.to[row]];
  }
}

function lastMemo(trace, n) {
  const open = countUpTo(trace.calls.open, trace.calls.length, n) - 1;
  return open < 0 ? undefined : trace.history.memos[trace.calls.memo[open]];
}

function stackOf(trace, event) {
  const { calls } = trace;
  const frames = [];
  let site = event.site;
  let line = event.line;
  for (let c = event.callIndex; c >= 0; c = calls.parent[c]) {
    const parent = calls.parent[c];
    const role = ROLES[calls.role[c]]?.name ?? 'root';
    frames.push({
      callIndex: c, obj: calls.obj[c], role, index: calls.index[c], parent: parent >= 0 ? calls.obj[parent] : 0,
      openEvent: calls.open[c], site, line, op: opOf(trace.records.kind[calls.rec[c]]),
    });
    site = (parent >= 0 && SHALLOW_WAITS_AT[opOf(trace.records.kind[calls.rec[parent]])]) || WAITS_AT[role];
    line = trace.copyPy?.sites[site] ?? null;
  }
  return frames.reverse();
}

/**
 * The page's one mutable thing.  Subscribers get (state, trace, what), `what` being "trace" when another trace was
 * set, "grow" when it grew, "seek" when the cursor moved.
 */
export function createStore() {
  let trace = null;
  let cursor = 0;
  let state = null;
  const subscribers = new Set();
  /** @type {((from: number, to: number) => number)|null} */
  let keeper = null;

  function notify(what) {
    for (const subscriber of subscribers) subscriber(state, trace, what);
  }

  return {
    get trace() { return trace; },
    get cursor() { return cursor; },
    get state() { return state; },

    setTrace(next) {
      trace = next;
      cursor = 0;
      state = next && next.eventCount ? stateAt(next, 0) : null;
      notify('trace');
    },

    /** The trace took in more: events, a verdict, a CAM replay. */
    grew() {
      if (trace && trace.eventCount) state = stateAt(trace, cursor);
      notify('grow');
    },

    seek(n) {
      if (!trace || !trace.eventCount || !Number.isFinite(n)) return;
      const asked = Math.max(0, Math.min(Math.round(n), trace.eventCount - 1));
      const next = keeper ? keeper(cursor, asked) : asked;
      if (next === cursor && state) return;
      cursor = next;
      state = stateAt(trace, cursor);
      notify('seek');
    },

    /** An event whose outcome is hidden until a question about it is answered, or -1; the cursor stands before it. */
    gate: -1,

    /** The second recording, of the same object under another policy: what Compare lays beside the trace; or null. */
    other: null,

    /** Another second recording, or it grew. @param {any} next a trace or null */
    setOther(next) {
      this.other = next;
      notify('other');
    },

    /** Events that have a note, ascending. @type {number[]} */
    noted: [],

    /** @param {number[]} events */
    setNoted(events) {
      if (events.join() === this.noted.join()) return;
      this.noted = events;
      notify('notes');
    },

    /** Takes a step where the cursor alone does not say how far; set by a view of two traces.
     * @type {((by: number) => boolean|'stop')|null} false: not its business; 'stop': playing stops here */
    stepper: null,

    /** One event on or back, unless a view steps otherwise; returns whether playing should stop here. @param {number} by */
    step(by) {
      const stepped = this.stepper?.(by) ?? false;
      if (!stepped) this.seek(cursor + by);
      return stepped === 'stop' || this.gate >= 0;
    },

    /** Asked where the cursor may go, before it does. @param {(from: number, to: number) => number} fn */
    keep(fn) { keeper = fn; },

    subscribe(fn) {
      subscribers.add(fn);
      return () => subscribers.delete(fn);
    },
  };
}

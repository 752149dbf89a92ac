/**
 * What the events did, as append-only logs: calls, copies made, edges between copies, memo contents, visits of each
 * source line.  deepcopy() takes nothing back, so the state at event n is what these logs hold up to n: a binary
 * search away, and exact in both directions.  Only line visits are counts; they have keyframes.
 */
import columns, { countUpTo } from './columns.js';
import MemoLog from './memoLog.js';
import RowIndex from './rowIndex.js';
import { EV, FLAGS, REC, ROLE, ROLES, SITES, closesCall, opensCall, stepsOf } from './vocabulary.js';

export const OPEN = 0xffffffff;
const KEYFRAME = 4096;

/** Records after which `arg` is a copy of `obj`, and the step that makes it. */
const MAKES = new Map([['list', 0], ['dict', 0], ['tuple_new', 1], ['new', 0], ['fast_reduce', 1], ['method', 0],
  ['set', 0], ['shallow', 0], ['copy_new', 0], ['copy_copier_return', 0], ['copy_hook_return', 0], ['replace_return', 0]]
  .map(([name, step]) => [REC[name], step]));
/** Records that store obj -> arg in the memo, and the step that does. */
const STORES = new Map([['list', 1], ['dict', 1], ['new', 1], ['fast_reduce', 2], ['set', 0]]
  .map(([name, step]) => [REC[name], step]));
/** Records whose `arg` is the copy that their call returns; the others return x itself. */
const RETURNS_ARG = new Set(['hit', 'keep', 'keep_first', 'shallow', 'copy_copier_return', 'copy_hook_return', 'copy_return',
  'replace_return'].map((name) => REC[name]));

export default class History {
  constructor(trace) {
    this.trace = trace;
    this.calls = columns({
      obj: Uint32Array, open: Uint32Array, close: Uint32Array, parent: Int32Array, depth: Uint16Array,
      role: Uint8Array, index: Uint32Array, memo: Int32Array, result: Uint32Array, rec: Uint32Array,
    });
    /** Copies in the order they were made. */
    this.copies = columns({ event: Uint32Array, orig: Uint32Array, copy: Uint32Array });
    /** Rows of `copies` by the original's ref. */
    this.copyRows = new RowIndex();
    /** Rows of `copies` by the copy's ref; the first is where it was made. */
    this.madeRow = new RowIndex();
    /** References that copies got: `role` says as what, `index` where, `key` under which copied key. */
    this.edges = columns({
      event: Uint32Array, from: Uint32Array, to: Uint32Array, role: Uint8Array, index: Uint32Array, key: Uint32Array,
    });
    /** @type {MemoLog[]} */
    this.memos = [];
    this.memoByRef = new Map();
    this.maxDepth = 0;
    this.frames = [];
    this.top = -1;
    this.visits = new Uint32Array(SITES.length);
    this.keyframes = [this.visits.slice()];
    this.counted = 0;
  }

  /** Takes record r, which expands to steps. */
  take(r, steps) {
    const { records } = this.trace;
    const kind = records.kind[r];
    if (opensCall(kind, records.flags[r])) this.#open(r, kind);
    records.call[r] = this.top;
    this.#count(steps);
    this.#effect(r, kind);
    if (closesCall(kind)) this.#close(r, kind, steps);
  }

  /** The call that an event of record rec happens in: an append comes after the call that it waited for. */
  callAt(rec, event) {
    const call = this.trace.records.call[rec];
    return event === EV.append && call >= 0 ? this.calls.parent[call] : call;
  }

  /** Visits of each site by events 0 to n. */
  visitsAt(n) {
    const frame = Math.min(Math.floor((n + 1) / KEYFRAME), this.keyframes.length - 1);
    const visits = this.keyframes[frame].slice();
    const { records } = this.trace;
    let event = frame * KEYFRAME;
    for (let r = this.trace.recordOf(event); event <= n; r++) {
      const steps = stepsOf(records.kind[r], records.flags[r], records.role[r]);
      for (let s = event - records.first[r]; s < steps.length && event <= n; s++, event++) visits[steps[s].site]++;
    }
    return visits;
  }

  #count(steps) {
    for (const { site } of steps) {
      this.visits[site]++;
      if (++this.counted % KEYFRAME === 0) this.keyframes.push(this.visits.slice());
    }
  }

  #open(r, kind) {
    const { records } = this.trace;
    const { calls } = this;
    const parent = this.top;
    const c = calls.extend(1);
    const frame = this.frames[this.frames.length - 1];
    const role = records.role[r];
    calls.obj[c] = records.obj[r];
    calls.open[c] = records.first[r];
    calls.close[c] = OPEN;
    calls.parent[c] = parent;
    calls.depth[c] = Math.min(this.frames.length, 0xffff);
    calls.role[c] = role;
    calls.index[c] = frame ? frame.begin(role) : 0;
    calls.memo[c] = kind === REC.root ? this.#memoOf(r) : (parent < 0 ? -1 : calls.memo[parent]);
    calls.rec[c] = r;
    this.frames.push(new Frame());
    this.top = c;
    this.maxDepth = Math.max(this.maxDepth, this.frames.length);
  }

  /** The memo log that a ROOT record's call uses: a new one, or that of a memo seen before. */
  #memoOf(r) {
    const { records } = this.trace;
    const ref = records.arg[r];
    const given = (records.flags[r] & FLAGS.YES) !== 0;
    const known = this.memoByRef.get(ref);
    if (given && known !== undefined) return known;
    this.memos.push(new MemoLog(ref, this.trace.addr(ref), records.first[r]));
    this.memoByRef.set(ref, this.memos.length - 1);
    return this.memos.length - 1;
  }

  get #memo() {
    return this.top < 0 ? undefined : this.memos[this.calls.memo[this.top]];
  }

  #effect(r, kind) {
    const { records } = this.trace;
    const at = records.first[r];
    const obj = records.obj[r];
    const arg = records.arg[r];
    const made = MAKES.get(kind);
    if (made !== undefined && arg !== obj) this.#copied(at + made, obj, arg);
    this.#memoEffect(r, kind, at, obj, arg);
    this.#edgeEffect(kind, at, obj, arg);
  }

  #memoEffect(r, kind, at, obj, arg) {
    const { trace } = this;
    const { records } = trace;
    const memo = this.#memo;
    if (!memo) return;
    const probed = !(records.flags[r] & (FLAGS.NO_PROBE | FLAGS.NO_GET));
    const lg = probed ? records.lg[r] : 0;
    const stored = STORES.get(kind);
    if (stored !== undefined) memo.store({ event: at + stored, key: trace.addr(obj), obj, value: arg }, lg);
    else if (kind === REC.keep_first) {
      memo.store({ event: at + 1, key: memo.addr, obj: memo.ref, value: 0, keep: true }, lg);
    } else if (kind === REC.memo_changed) memo.clear(at);
    else if (kind === REC.preset) memo.preset(this.#presetOf(r, Math.max(0, at - 1)));
    else if (lg && (kind === REC.atom || kind === REC.hit || kind === REC.miss)) memo.seen(at, lg);
  }

  /** Bytes 4 to 11 of a PRESET are the key, 12 to 15 the value's ref; its key may be an object's address. */
  #presetOf(r, event) {
    const { records } = this.trace;
    const key = BigInt(records.obj[r]) | (BigInt(records.arg[r]) << 32n);
    return { event, key, obj: 0, value: records.t[r], preset: true };
  }

  #copied(event, orig, copy) {
    if (this.madeRow.has(copy) && this.copies.orig[this.madeRow.get(copy)] === orig) return;
    const { copies } = this;
    const row = copies.extend(1);
    copies.event[row] = event;
    copies.orig[row] = orig;
    copies.copy[row] = copy;
    this.copyRows.add(orig, row);
    this.madeRow.add(copy, row);
    const frame = this.frames[this.frames.length - 1];
    if (frame) frame.copy = copy;
  }

  #edgeEffect(kind, at, obj, arg) {
    const frame = this.frames[this.frames.length - 1];
    if (!frame) return;
    switch (kind) {
      case REC.tuple_new:
        frame.items.forEach((item, i) => this.#edge(at + 1, arg, item, ROLE.tuple_elem, i));
        break;
      case REC.setitem:
        this.#edge(at, obj, frame.last(ROLE.dict_value), ROLE.dict_value, frame.stored++, arg);
        break;
      case REC.item_set:
        this.#edge(at, obj, frame.last(ROLE.item_value), ROLE.item_value, frame.stored++, arg);
        break;
      case REC.item_append:
      case REC.copy_append:
        this.#edge(at, obj, arg, ROLE.item, frame.stored++);
        break;
      case REC.setstate:
      case REC.state_dict:
      case REC.state_slots:
        this.#edge(at, obj, arg, ROLE.state, 0);
        break;
      case REC.method:
        this.#edge(at, arg, frame.last(ROLE.self), ROLE.self, 0);
        break;
      default:
    }
  }

  #edge(event, from, to, role, index, key = 0) {
    const { edges } = this;
    const row = edges.extend(1);
    edges.event[row] = event;
    edges.from[row] = from;
    edges.to[row] = to;
    edges.role[row] = role;
    edges.index[row] = index;
    edges.key[row] = key;
  }

  #close(r, kind, steps) {
    if (this.top < 0) return;
    const { records } = this.trace;
    const { calls } = this;
    const c = this.top;
    const appends = steps.length > 0 && steps[steps.length - 1].event === EV.append;
    const last = records.first[r] + steps.length - 1;
    const result = kind === REC.raise ? 0 : RETURNS_ARG.has(kind) ? records.arg[r] : records.obj[r];
    calls.close[c] = appends ? last - 1 : last;
    calls.result[c] = result;
    this.frames.pop();
    this.top = calls.parent[c];
    const frame = this.frames[this.frames.length - 1];
    if (!frame) return;
    frame.end(calls.role[c], result);
    if (appends) this.#edge(last, frame.copy, result, ROLE.list_elem, calls.index[c]);
  }
}

/** What an open call knows while its children run. */
class Frame {
  constructor() {
    this.copy = 0;
    this.stored = 0;
    this.items = [];
    this.begun = new Uint32Array(ROLES.length);
    this.results = new Uint32Array(ROLES.length);
  }

  /** The position of a new child among those of its role. */
  begin(role) { return this.begun[role]++; }

  end(role, result) {
    this.results[role] = result;
    if (role === ROLE.tuple_elem) this.items.push(result);
  }

  last(role) { return this.results[role]; }
}

/** Rows of an event-ordered log that have happened by event n. */
export const happened = (log, n) => countUpTo(log.event, log.length, n);

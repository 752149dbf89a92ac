/* The object graph of a copy, derived from its events: which object refers to which, in what order and
 * role, when each was copied.  One pass over the records; a growing trace is continued, not begun anew.
 *
 * A run is one outermost deepcopy() call.  Inside it objects are nodes (numbered from 0 in order of first
 * sight) and references are links (numbered in the order they were followed). */
import { REC, ROLE, closesCall, opensCall, stepCount } from './records.js';

export const NONE = -1;

/** What a node is drawn as. */
export const KIND = { UNKNOWN: 0, LIST: 1, DICT: 2, TUPLE: 3, INSTANCE: 4, METHOD: 5, ATOM: 6 };

const UNSAID = new Set(['type', 'NoneType']);

const CONTAINER_KIND = new Map([['list', KIND.LIST], ['dict', KIND.DICT]]);

const ROLE_KIND = new Map([
  [ROLE.list_elem, KIND.LIST], [ROLE.tuple_elem, KIND.TUPLE], [ROLE.dict_value, KIND.DICT],
  [ROLE.dict_key, KIND.DICT], [ROLE.self, KIND.METHOD], [ROLE.state, KIND.INSTANCE], [ROLE.arg, KIND.INSTANCE],
]);

/** One outermost call. Arrays run in parallel: one entry per node, per link, or per record. */
export class Run {
  /** @param {number} record its first @param {number} event its first */
  constructor(record, event) {
    this.record = record;
    this.event = event;
    this.records = 0;
    this.events = 0;
    this.closed = false;
    /** @type {Map<number, number>} object ref → node */
    this.nodeOf = new Map();
    /** @type {Map<number, number>} ref of a copy → node of its original */
    this.nodeOfCopy = new Map();
    this.node = {
      ref: /** @type {number[]} */ ([]), kind: /** @type {number[]} */ ([]),
      tree: /** @type {number[]} */ ([]),  /* link that reached it first */
      first: /** @type {number[]} */ ([]), last: /** @type {number[]} */ ([]), links: /** @type {number[]} */ ([]),
      fold: /** @type {number[]} */ ([]),  /* the instance whose state it is */
      owner: /** @type {number[]} */ ([]), /* the call that walked its links */
      copy: /** @type {number[]} */ ([]), made: /** @type {number[]} */ ([]), memo: /** @type {number[]} */ ([]),
      state: /** @type {number[]} */ ([]), /* event that gave the copy its state */
      unsaid: /** @type {boolean[]} */ ([]), /* None or a class: not worth a row where the copy module only passes it on */
      /** Events at which it was copied anew: never, while the memo is asked. @type {Map<number, number[]>} */
      again: new Map(),
      same: /** @type {boolean[]} */ ([]), seen: /** @type {number[]} */ ([]),
    };
    this.link = {
      parent: /** @type {number[]} */ ([]), child: /** @type {number[]} */ ([]), role: /** @type {number[]} */ ([]),
      index: /** @type {number[]} */ ([]), /* position among the parent's links */
      next: /** @type {number[]} */ ([]), event: /** @type {number[]} */ ([]), fill: /** @type {number[]} */ ([]),
    };
    this.recordEvent = /** @type {number[]} */ ([]); /* first event of each record */
    this.recordLink = /** @type {number[]} */ ([]);  /* link by which the record's call was made */
    this.recordNode = /** @type {number[]} */ ([]);  /* object of the record's call */
  }

  /** @param {number} ref @param {number} event @returns {number} */
  nodeFor(ref, event) {
    let id = this.nodeOf.get(ref);
    if (id !== undefined) return id;
    const n = this.node;
    id = n.ref.length;
    this.nodeOf.set(ref, id);
    n.ref.push(ref); n.kind.push(KIND.UNKNOWN); n.tree.push(NONE);
    n.first.push(NONE); n.last.push(NONE); n.links.push(0);
    n.fold.push(NONE); n.owner.push(0);
    n.copy.push(0); n.made.push(NONE); n.memo.push(NONE); n.state.push(NONE);
    n.unsaid.push(false); n.same.push(false); n.seen.push(event);
    return id;
  }

  /** @param {number} parent @param {number} child @param {number} role @param {number} event */
  addLink(parent, child, role, event) {
    const { link, node } = this;
    const id = link.parent.length;
    link.parent.push(parent); link.child.push(child); link.role.push(role);
    link.index.push(node.links[parent]);
    link.next.push(NONE); link.event.push(event); link.fill.push(NONE);
    if (node.last[parent] === NONE) node.first[parent] = id;
    else link.next[node.last[parent]] = id;
    node.last[parent] = id;
    node.links[parent]++;
    return id;
  }

  /** Index in this run's record arrays of the record that holds event n. @param {number} n */
  recordAt(n) {
    let lo = 0;
    let hi = this.recordEvent.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.recordEvent[mid] <= n) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  /** The box that stands for a node: itself, or the instance whose state it is. @param {number} node */
  boxOf(node) {
    while (node !== NONE && this.node.fold[node] !== NONE) node = this.node.fold[node];
    return node;
  }

  /** How many copies there are of a node's object by event n; without a memo more than one. @param {number} node @param {number} n */
  copiesBy(node, n) {
    if (this.node.made[node] === NONE || this.node.made[node] > n) return 0;
    return 1 + (this.node.again.get(node) ?? []).filter((at) => at <= n).length;
  }

  /** Is it drawn as text inside its holder? @param {number} node */
  isAtom(node) {
    return this.node.kind[node] === KIND.ATOM;
  }
}

/** @typedef {{node: number, link: number, call: number, cursor: number, l1: number, l2: number}} Frame */

/** Derives runs from records; feed it again when the trace has grown. */
export class Structure {
  constructor() {
    /** @type {Run[]} */
    this.runs = [];
    this.records = 0;
    this.events = 0;
    this.calls = 0;
    /** @type {Frame[]} */
    this.frames = [];
    /** @type {any} */
    this.trace = null;
  }

  /** @param {any} trace */
  extend(trace) {
    this.trace = trace;
    const r = trace.records;
    for (let i = this.records; i < r.length; i++) this.#record(i, r.kind[i], r.flags[i], r.role[i], r.obj[i], r.arg[i]);
    this.records = r.length;
    return this;
  }

  /** The run that holds event n. @param {number} n @returns {Run|null} */
  runAt(n) {
    let lo = 0;
    let hi = this.runs.length - 1;
    if (hi < 0) return null;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.runs[mid].event <= n) lo = mid;
      else hi = mid - 1;
    }
    return this.runs[lo];
  }

  /** @param {number} i @param {number} kind @param {number} flags @param {number} role @param {number} obj @param {number} arg */
  #record(i, kind, flags, role, obj, arg) {
    const count = stepCount(kind, flags, role);
    if (opensCall(kind, flags)) this.#open(i, obj, role);
    const run = this.runs[this.runs.length - 1];
    if (!run) { this.events += count; return; }
    const top = this.frames[this.frames.length - 1];
    run.recordEvent.push(this.events);
    run.recordLink.push(top ? top.link : NONE);
    run.recordNode.push(top ? top.node : NONE);
    this.#note(run, top, kind, obj, arg);
    if (top && closesCall(kind)) {
      this.frames.pop();
      if (role === ROLE.list_elem && top.link !== NONE && kind !== REC.raise) run.link.fill[top.link] = this.events + count - 1;
      if (this.frames.length === 0) run.closed = true;
    }
    this.events += count;
    run.records = i + 1 - run.record;
    run.events = this.events - run.event;
  }

  /** @param {number} i @param {number} obj @param {number} role */
  #open(i, obj, role) {
    const holder = this.frames[this.frames.length - 1];
    if (!holder) this.runs.push(new Run(i, this.events));
    const run = this.runs[this.runs.length - 1];
    const node = run.nodeFor(obj, this.events);
    const frame = { node, link: NONE, call: ++this.calls, cursor: NONE, l1: NONE, l2: NONE };
    if (holder) {
      frame.link = this.#follow(run, holder, node, role);
      holder.l2 = holder.l1;
      holder.l1 = frame.link;
    }
    this.frames.push(frame);
  }

  /** The link that a call follows: a new one, or on a second walk of the same object the one of the first.
   * @param {Run} run @param {Frame} holder @param {number} child @param {number} role */
  #follow(run, holder, child, role) {
    const { node, link } = run;
    const parent = holder.node;
    if (node.owner[parent] === 0) node.owner[parent] = holder.call;
    if (node.owner[parent] !== holder.call) {
      const again = holder.cursor === NONE ? node.first[parent] : link.next[holder.cursor];
      if (again !== undefined && again !== NONE && link.child[again] === child) return (holder.cursor = again);
    }
    const id = run.addLink(parent, child, role, this.events);
    if (node.tree[child] === NONE && child !== parent && child !== 0) node.tree[child] = id;
    const kind = ROLE_KIND.get(role);
    if (kind !== undefined && node.kind[parent] === KIND.UNKNOWN) node.kind[parent] = kind;
    return id;
  }

  /** What one record tells about nodes and links.
   * @param {Run} run @param {Frame|undefined} top @param {number} kind @param {number} obj @param {number} arg */
  #note(run, top, kind, obj, arg) {
    const { node, link } = run;
    const at = this.events;
    const x = top ? top.node : NONE;
    if (x === NONE) return;
    switch (kind) {
      case REC.atom: case REC.fast_atom: case REC.class: case REC.fast_tuple:
      case REC.copy_atom: case REC.copy_fast_atom: case REC.copy_class:
        if (node.kind[x] === KIND.UNKNOWN) node.kind[x] = KIND.ATOM;
        node.unsaid[x] = kind === REC.class || kind === REC.copy_class || UNSAID.has(this.trace.objects[obj]?.typeName);
        node.same[x] = true;
        break;
      case REC.hit:
        if (!node.copy[x]) this.#copied(run, x, arg, at, NONE);
        break;
      case REC.miss:
        if (top && top.link !== NONE) this.#foldState(run, top);
        break;
      case REC.list: this.#become(run, x, KIND.LIST); this.#copied(run, x, arg, at, at + 1); break;
      case REC.dict: node.kind[x] = KIND.DICT; this.#copied(run, x, arg, at, at + 1); break;
      case REC.new: this.#become(run, x, KIND.INSTANCE); this.#copied(run, x, arg, at, at + 1); break;
      case REC.fast_reduce: this.#become(run, x, KIND.INSTANCE); this.#copied(run, x, arg, at + 1, at + 2); break;
      case REC.tuple_new: node.kind[x] = KIND.TUPLE; this.#copied(run, x, arg, at + 1, NONE); break;
      case REC.tuple_same: node.kind[x] = KIND.TUPLE; node.same[x] = true; break;
      case REC.method: node.kind[x] = KIND.METHOD; this.#copied(run, x, arg, at, NONE); break;
      case REC.set: this.#copied(run, x, arg, at, at); break;
      case REC.hook: case REC.nohook: case REC.copy_hook: case REC.copy_nohook: case REC.copy_copier: case REC.replace:
        this.#become(run, x, KIND.INSTANCE);
        break;
      case REC.shallow:
        this.#become(run, x, CONTAINER_KIND.get(this.trace.objects[obj]?.typeName) ?? KIND.INSTANCE);
        this.#copied(run, x, arg, at, NONE);
        break;
      case REC.copy_new: case REC.copy_copier_return: case REC.copy_hook_return: case REC.copy_return: case REC.replace_return:
        this.#copied(run, x, arg, at, NONE);
        break;
      case REC.reduce_str: case REC.same: case REC.copy_reduce_str: node.same[x] = node.copy[x] === 0; break;
      case REC.keep: case REC.keep_first:
        if (!node.copy[x] && arg && arg !== obj) this.#copied(run, x, arg, at, NONE);
        break;
      case REC.setstate: case REC.state_dict: case REC.state_slots: node.state[x] = at; break;
      case REC.setitem: case REC.item_set:
        if (top && top.l1 !== NONE) link.fill[top.l1] = at;
        if (top && top.l2 !== NONE) link.fill[top.l2] = at;
        break;
      case REC.item_append:
        if (top && top.l1 !== NONE) link.fill[top.l1] = at;
        break;
      default:
    }
  }

  /** @param {Run} run @param {number} x @param {number} copy @param {number} made @param {number} memo */
  #copied(run, x, copy, made, memo) {
    const { node } = run;
    if (!copy || copy === node.ref[x]) return;
    if (!node.copy[x]) { node.copy[x] = copy; node.made[x] = made; node.same[x] = false; }
    if (node.memo[x] === NONE && memo !== NONE) node.memo[x] = memo;
    if (run.nodeOfCopy.has(copy)) return;
    run.nodeOfCopy.set(copy, x);
    if (copy === node.copy[x]) return;
    if (!node.again.has(x)) node.again.set(x, []);
    node.again.get(x)?.push(made);
  }

  /** @param {Run} run @param {number} x @param {number} kind */
  #become(run, x, kind) {
    run.node.kind[x] = kind;
    run.node.fold[x] = NONE;
  }

  /** The state of an instance, and the dicts inside a (dict, slots) pair, are drawn as the instance's fields.
   * @param {Run} run @param {Frame} top */
  #foldState(run, top) {
    const { node, link } = run;
    const x = top.node;
    const parent = link.parent[top.link];
    if (node.tree[x] !== top.link || node.fold[x] !== NONE) return;
    const role = link.role[top.link];
    const inPair = role === ROLE.tuple_elem && node.fold[parent] !== NONE && node.kind[parent] !== KIND.DICT;
    if (role === ROLE.state || inPair) node.fold[x] = run.boxOf(parent);
  }
}

/** @type {WeakMap<object, Structure>} */
const cache = new WeakMap();

/** The structure of a trace as far as it is loaded. @param {any} trace @returns {Structure} */
export function structureOf(trace) {
  let s = cache.get(trace);
  if (!s || s.records > trace.records.length) cache.set(trace, (s = new Structure()));
  return s.extend(trace);
}

/** An event with the names that its sentence needs.  No DOM here, and no words: those are in the strings. */
import { countUpTo } from '../columns.js';
import nameOf from '../names.js';
import { opOf } from '../vocabulary.js';

const code = (text, ref) => (ref ? { code: text, ref } : { code: text });

export default class Scene {
  /** @param {any} trace @param {any} event from trace.event(n) */
  constructor(trace, event) {
    this.trace = trace;
    this.event = event;
    this.yes = event.outcome === true;
    this.op = opOf(trace.records.kind[trace.calls.rec[event.callIndex]]);
    this.shallow = this.op === 'copy';
  }

  get obj() { return this.event.obj; }
  get arg() { return this.event.arg; }
  get typeEntry() { return this.trace.types[this.trace.objects[this.obj]?.type]; }

  name(ref) { return nameOf(this.trace, ref); }
  /** The object as code, with its glyph. */
  the(ref) { return code(this.name(ref), ref); }
  attribute(name) { return code(`${this.name(this.obj)}.${name}`, this.obj); }

  /** The row of the log that this event wrote, or -1. */
  rowOf(log) {
    const row = countUpTo(log.event, log.length, this.event.n) - 1;
    return row >= 0 && log.event[row] === this.event.n ? row : -1;
  }

  /** A reference that this event stored: { from, to, index, key }. */
  get edge() {
    const { edges } = this.trace.history;
    const row = this.rowOf(edges);
    return row < 0 ? null : {
      from: edges.from[row], to: edges.to[row], index: edges.index[row], key: edges.key[row],
    };
  }

  /** The event that made a copy, or -1. */
  madeAt(copy) {
    const { copies, madeRow } = this.trace.history;
    const row = madeRow.get(copy);
    return row === undefined || copies.event[row] > this.event.n ? -1 : copies.event[row];
  }

  /** Was x in the memo before this event? */
  get inMemoBefore() {
    const { calls, history } = this.trace;
    const memo = history.memos[calls.memo[this.event.callIndex]];
    return Boolean(memo?.at(this.event.n - 1).get(this.trace.addr(this.obj)));
  }

  /** What the call that this event ends returns. */
  get returned() { return this.trace.calls.result[this.event.callIndex]; }

  /** The caller's object, and this call's position in it. */
  get caller() {
    const { calls } = this.trace;
    const parent = calls.parent[this.event.callIndex];
    return parent === undefined || parent < 0 ? null : { obj: calls.obj[parent], index: calls.index[this.event.callIndex] };
  }

  /**
   * What stands for {name} in a text: plain text, code with or without an object's glyph, or an event.
   * @param {string} name @returns {import('../sentence.js').Part}
   */
  part(name) {
    const make = PARTS[name];
    return make ? make(this) : '';
  }
}

const count = (n) => n.toLocaleString('en');

/** @type {Record<string, (scene: Scene) => import('../sentence.js').Part>} */
const PARTS = {
  x: (e) => e.the(e.obj),
  y: (e) => (e.arg ? e.the(e.arg) : code('y')),
  id: (e) => code(`id(${e.name(e.obj)})`, e.obj),
  type: (e) => code(e.typeEntry?.name || e.trace.objects[e.obj]?.typeName || '?'),
  call: (e) => code(`${e.op}(${e.name(e.obj)})`, e.obj),
  address: (e) => code(`0x${e.trace.addr(e.obj).toString(16)}`),
  depth: (e) => count(e.event.depth + 1),
  holder: (e) => (e.caller ? e.the(e.caller.obj) : code('?')),
  index: (e) => count(e.edge?.index ?? e.caller?.index ?? 0),
  from: (e) => e.the(e.edge?.from ?? e.obj),
  to: (e) => e.the(e.edge?.to ?? e.arg),
  key: (e) => e.the(e.edge?.key ?? e.arg),
  made: (e) => ({ event: Math.max(0, e.madeAt(e.arg)) }),
  result: (e) => e.the(e.returned || e.obj),
  hook: (e) => code({ copy: '__copy__', replace: '__replace__' }[e.op] ?? '__deepcopy__'),
  hookOf: (e) => e.attribute(e.shallow ? '__copy__()' : '__deepcopy__(memo)'),
  setstateOf: (e) => e.attribute('__setstate__()'),
  replaceOf: (e) => e.attribute('__replace__()'),
  dictOf: (e) => e.attribute('__dict__'),
  reduceOf: (e) => e.attribute('__reduce__()'),
  reduceExOf: (e) => e.attribute('__reduce_ex__(4)'),
  copyOfType: (e) => code(`${e.typeEntry?.name || '?'}.copy`),
  answer: (e) => code(e.trace.objects[e.arg]?.typeName ?? '?'),
  probes: (e) => count(e.event.probes),
  slot: (e) => count(e.event.slot ?? 0),
  slots: (e) => count(2 ** e.event.lg),
  count: (e) => count(e.arg),
  exception: (e) => code(e.trace.string(e.arg) || '?'),
};

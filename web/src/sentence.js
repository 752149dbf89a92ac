/**
 * One sentence per event: what the copy just did, and why.  A sentence is a list of parts; a string is plain text,
 * the others are code, an object, or a link to an event.  No DOM here.
 */
import { countUpTo } from './columns.js';
import nameOf from './names.js';
import { COPIERS, FLAGS, opOf, REC, ROLES } from './vocabulary.js';

/**
 * @typedef {string|{code: string, ref?: number}|{event: number}} Part  ref: object whose glyph stands before the code
 */

/** @param {any} trace @param {any} event from trace.event(n) @returns {Part[]} */
export default function sentence(trace, event) {
  const say = SAY[event.event];
  return say ? say(new Scene(trace, event)) : [`${event.text}.`];
}

/** Template tag: parts between plain text. @returns {Part[]} */
function s(texts, ...parts) {
  const out = [];
  texts.forEach((text, i) => {
    if (text) out.push(text);
    if (i < parts.length) out.push(...[parts[i]].flat());
  });
  return out;
}

const code = (text, ref) => (ref ? { code: text, ref } : { code: text });

/** An event with the names that its sentence needs. */
class Scene {
  constructor(trace, event) {
    this.trace = trace;
    this.event = event;
    this.yes = event.outcome === true;
  }

  name(ref) { return nameOf(this.trace, ref); }
  get obj() { return this.event.obj; }
  get arg() { return this.event.arg; }

  /** The object as code, with its glyph. */
  the(ref) { return code(this.name(ref), ref); }
  get x() { return this.the(this.obj); }
  get y() { return this.arg ? this.the(this.arg) : 'the copy'; }
  get id() { return code(`id(${this.name(this.obj)})`, this.obj); }
  get type() { return code(this.typeEntry?.name || this.trace.objects[this.obj]?.typeName || '?'); }
  get typeEntry() { return this.trace.types[this.trace.objects[this.obj]?.type]; }

  get op() { return opOf(this.trace.records.kind[this.trace.calls.rec[this.event.callIndex]]); }
  get shallow() { return this.op === 'copy'; }
  get hook() { return { copy: '__copy__', replace: '__replace__' }[this.op] ?? '__deepcopy__'; }

  /** `deepcopy(x)` with the glyph of x. */
  get call() { return code(`${this.op}(${this.name(this.obj)})`, this.obj); }
  get attribute() { return (name) => code(`${this.name(this.obj)}.${name}`, this.obj); }

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
  get result() { return this.trace.calls.result[this.event.callIndex]; }

  /** The caller's object, and this call's position in it. */
  get caller() {
    const { calls } = this.trace;
    const parent = calls.parent[this.event.callIndex];
    return parent < 0 ? null : { obj: calls.obj[parent], index: calls.index[this.event.callIndex] };
  }
}

const FOR = {
  list_elem: (i, of) => s`Element ${String(i)} of ${of}: `,
  tuple_elem: (i, of) => s`Element ${String(i)} of ${of}: `,
  dict_value: (i, of) => s`A value of ${of}: `,
  dict_key: (i, of) => s`A key of ${of}: `,
  arg: (i, of) => s`An argument to rebuild ${of}: `,
  state: (i, of) => s`The state of ${of}: `,
  item: (i, of) => s`Item ${String(i)} of ${of}: `,
  item_key: (i, of) => s`A key of ${of}: `,
  item_value: (i, of) => s`A value of ${of}: `,
  self: (i, of) => s`The self of ${of}: `,
  user: () => ['User code asks for a copy: '],
};

const HOW = { list: '_deepcopy_list', tuple: '_deepcopy_tuple', dict: '_deepcopy_dict', method: '_deepcopy_method' };

/** What copy()'s own table, or its set of containers, says; what is done about it is the next event. */
function dispatchedShallow(scene) {
  const atomic = scene.trace.records.kind[scene.event.rec] === REC.copy_atom;
  if (atomic) return s`The dispatch table of ${code('copy()')} says that ${scene.type} is atomic.`;
  if (scene.event.site === 'copy_holders') {
    return scene.yes ? s`${scene.type} is one of the containers that copy themselves.` : s`${scene.type} is no container that copies itself.`;
  }
  if (scene.yes) return s`The dispatch table of ${code('copy()')} has a copier for ${scene.type}.`;
  return s`The dispatch table of ${code('copy()')} has nothing for ${scene.type}: a hook or a reductor must tell.`;
}

function dispatched(scene) {
  if (scene.shallow) return dispatchedShallow(scene);
  const copier = COPIERS[scene.typeEntry?.copier ?? 0]?.name;
  if (copier === 'atomic') return s`The dispatch table says that ${scene.type} is atomic.`;
  if (copier === 'custom') return s`The dispatch table has a copier for ${scene.type} that was registered by hand.`;
  if (HOW[copier]) return s`The dispatch table says: ${code(HOW[copier])} copies a ${scene.type}.`;
  return s`The dispatch table has nothing for ${scene.type}: a hook or a reductor must tell.`;
}

function lookedUp(scene) {
  if (!scene.yes) return s`${scene.id} is not in the memo${isAtomic(scene) ? '.' : ', so it has no copy yet.'}`;
  const made = scene.madeAt(scene.arg);
  if (made < 0) return s`${scene.id} is in the memo, so ${scene.y} is the copy.`;
  return s`${scene.id} is in the memo, so the copy made at ${{ event: made }} is used again.`;
}

const isAtomic = (scene) => COPIERS[scene.typeEntry?.copier ?? 0]?.name === 'atomic';

function called(scene) {
  const { caller, event } = scene;
  const why = caller && FOR[event.role] ? FOR[event.role](caller.index, scene.the(caller.obj)) : [];
  return s`${why}${scene.call} is called.`;
}

function returned(scene) {
  const { result, obj } = scene;
  return result && result !== obj ? s`${scene.call} returns ${scene.the(result)}.` : s`${scene.call} returns ${scene.x} itself.`;
}

function appended(scene) {
  const { edge } = scene;
  if (!edge) return s`The copy of ${scene.x} is appended to the list.`;
  return s`${scene.the(edge.to)} becomes element ${String(edge.index)} of ${scene.the(edge.from)}.`;
}

function storedUnderKey(scene) {
  if (scene.shallow) return s`A value of the original goes into ${scene.x} under the key ${scene.y}.`;
  const { edge } = scene;
  if (!edge) return s`A copied value is stored under its copied key.`;
  return s`${scene.the(edge.to)} goes into ${scene.the(edge.from)} under the key ${scene.the(edge.key)}.`;
}

function stored(scene) {
  if (scene.inMemoBefore) return s`${scene.y} is complete: the memo stores it under ${scene.id} once more.`;
  const open = ['list_set', 'dict_set', 'make_set', 'fast_set'].includes(scene.event.site);
  return s`The memo stores ${scene.y} under ${scene.id}${open ? ', before it is filled' : ''}.`;
}

function reduced(scene) {
  if (scene.event.flags & FLAGS.YES) return s`A reductor from copyreg tells how to rebuild ${scene.x}.`;
  const how = scene.event.flags & FLAGS.OLD ? '__reduce__()' : '__reduce_ex__(4)';
  return s`${scene.attribute(how)} tells how to rebuild it.`;
}

/** The state that y is given: its copy, or in a shallow copy the very one of the original. */
const theState = (scene) => (scene.shallow ? 'The state of the original' : 'The copied state');

/** @type {Record<string, (scene: Scene) => Part[]>} */
const SAY = {
  call: called,
  memo_new: () => s`No memo was given, so an empty dict becomes the memo.`,
  memo_given: () => s`The caller brought a memo of its own.`,
  memo_get: lookedUp,
  dispatch: dispatched,
  atomic: (e) => s`${e.x} is atomic, so it is its own copy.`,
  class_check: (e) => (e.yes ? s`${e.x} is a class.` : s`Is ${e.x} a class? No.`),
  hook_get: (e) => (e.yes ? s`${e.x} has a ${code(e.hook)} method.` : s`${e.x} has no ${code(e.hook)} method.`),
  hook_call: (e) => s`${e.attribute(e.shallow ? '__copy__()' : '__deepcopy__(memo)')} runs: it copies itself.`,
  copyreg_get: (e) => (e.yes ? s`${code('copyreg')} has a reductor for ${e.type}.`
    : s`${code('copyreg')} has no reductor for ${e.type}, so the object is asked.`),
  reduce: reduced,
  reduce_str: (e) => (e.yes ? s`The reductor returned a name, so ${e.x} is its own copy.`
    : s`The reductor returned no name: a new ${e.type} is built from what it returned.`),
  list_new: (e) => s`An empty list is made: it will be the copy of ${e.x}.`,
  dict_new: (e) => s`An empty dict is made: it will be the copy of ${e.x}.`,
  append: appended,
  setitem: storedUnderKey,
  tuple_new: (e) => s`The copy of an element is a new object, so a new tuple is made for ${e.x}.`,
  tuple_same: (e) => s`Every element is its own copy, so ${e.x} is its own copy, too.`,
  method_new: (e) => s`The function of ${e.x} is bound to the copy of its self.`,
  memo_set: stored,
  memo_again: (e) => (e.yes ? s`${e.id} is in the memo by now: a cycle led back to it.`
    : s`Its elements are done, and ${e.id} is still not in the memo.`),
  keep_get: (e) => (e.yes ? s`${code('id(memo)')} leads to the list that keeps originals alive.`
    : s`${code('id(memo)')} is not in the memo: nothing is kept alive yet.`),
  keep_new: (e) => s`A list with ${e.x} in it goes into the memo under ${code('id(memo)')}, to keep it alive.`,
  keep_append: (e) => s`${e.x} joins the list that keeps originals alive, so its id stays its own.`,
  make: (e) => s`A new ${e.type} is made: it will be the copy of ${e.x}.`,
  setstate: (e) => s`${theState(e)} goes to ${e.attribute('__setstate__()')}.`,
  state_dict: (e) => s`${theState(e)} goes into ${e.attribute('__dict__')}.`,
  state_slots: (e) => s`${theState(e)} sets the slots of ${e.x}.`,
  item_append: (e) => (e.shallow ? s`${e.y} itself is appended to ${e.x}.` : s`${e.y} is appended to ${e.x}.`),
  item_set: storedUnderKey,
  fast_atomic: (e) => (e.shallow ? s`${e.x} is of an atomic type: it is its own copy.`
    : s`${e.x} is atomic: it is its own copy, and the memo is not asked.`),
  fast_tuple: (e) => (e.yes ? s`${e.x} is a short tuple of scalars, so it is its own copy.`
    : s`${e.x} is no short tuple of scalars: the slow path copies it.`),
  fast_reduce: (e) => (e.yes ? s`${e.x} fits the simple reduce pattern: it is rebuilt on the fast path.`
    : s`${e.x} does not fit the simple reduce pattern.`),
  shallow: (e) => s`${e.x} copies itself: ${e.y} holds the same elements.`,
  replace_get: (e) => (e.yes ? s`The class of ${e.x} has a ${code(e.hook)} method.` : s`The class of ${e.x} has no ${code(e.hook)} method.`),
  replace_call: (e) => s`${e.attribute('__replace__()')} makes the new object, with the changes ${e.y}.`,
  copier_call: (e) => s`The copier that was registered for ${e.type} runs on ${e.x}.`,
  return: returned,
  raise: (e) => s`${code(e.trace.string(e.arg) || 'An exception')} leaves ${e.call}.`,
  memo_changed: (e) => s`User code changed the memo: it has ${String(e.arg)} ${e.arg === 1 ? 'entry' : 'entries'} now.`,
};

/** A few words for an event: "memo lookup, hit". */
export function label(event) {
  const words = WORDS[event.event] ?? event.event.replace('_', ' ');
  if (event.outcome === null) return words;
  const [yes, no] = OUTCOMES[event.event] ?? ['yes', 'no'];
  return `${words}, ${event.outcome ? yes : no}`;
}

const WORDS = {
  call: 'call', memo_new: 'new memo', memo_given: 'memo given', memo_get: 'memo lookup', dispatch: 'dispatch lookup',
  class_check: 'is it a class', hook_get: 'hook lookup', hook_call: 'hook call', copyreg_get: 'copyreg lookup',
  reduce: 'reduce', reduce_str: 'reduce to a name', list_new: 'new list', dict_new: 'new dict', append: 'append',
  setitem: 'set item', tuple_new: 'new tuple', tuple_same: 'same tuple', method_new: 'new method',
  memo_set: 'memo store', memo_again: 'memo lookup again', keep_get: 'keep-alive lookup', keep_new: 'keep-alive, first',
  keep_append: 'keep alive', make: 'make object', setstate: 'set state', state_dict: 'update __dict__',
  state_slots: 'set slots', item_append: 'append item', item_set: 'set item', fast_atomic: 'atomic, fast path',
  shallow: 'shallow copy', replace_get: 'replace hook lookup', replace_call: 'replace hook call',
  fast_tuple: 'tuple fast path', fast_reduce: 'reduce fast path', copier_call: 'registered copier',
  return: 'return', raise: 'exception', memo_changed: 'memo changed', atomic: 'atomic',
};
const OUTCOMES = {
  memo_get: ['hit', 'miss'], memo_again: ['hit', 'miss'], keep_get: ['hit', 'miss'], hook_get: ['found', 'none'],
  copyreg_get: ['found', 'none'], dispatch: ['found', 'none'], replace_get: ['found', 'none'], fast_tuple: ['taken', 'not taken'], fast_reduce: ['taken', 'not taken'],
  fast_atomic: ['taken', 'not taken'],
};

/** Why a call was made, in words: "outer[1]", "a value of d". */
export function place(trace, frame) {
  if (!frame.parent) return ROLES[0].text;
  const of = nameOf(trace, frame.parent);
  const words = {
    list_elem: `${of}[${frame.index}]`, tuple_elem: `${of}[${frame.index}]`, dict_value: `value in ${of}`,
    dict_key: `key of ${of}`, arg: `argument for ${of}`, state: `state of ${of}`, item: `item of ${of}`,
    item_key: `key of ${of}`, item_value: `value in ${of}`, self: `self of ${of}`, user: 'user code',
  };
  return words[frame.role] ?? '';
}

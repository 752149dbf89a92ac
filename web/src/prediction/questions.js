/**
 * Questions about what an event will do, with answers that the trace gives: right ones from the event itself, wrong
 * ones from what one might believe.  Pure: a trace and an event in, a question or null out.
 */
import { lookupAt } from '../graph/lookup.js';
import { OPEN } from '../history.js';
import Scene from '../sentence/scene.js';
import { parts } from '../sentence.js';
import { stateAt } from '../store.js';
import { COPIERS, EV, REC, ROLES } from '../vocabulary.js';

/** @typedef {import('../sentence.js').Part} Part */

/**
 * @typedef {object} Question
 * @property {number} n         the event whose outcome is asked for
 * @property {string} kind
 * @property {Part[]} text
 * @property {Part[][]} options 2 to 4
 * @property {number} right     index of the true one
 * @property {number} evidence  the event that proves it
 */

const COPIER_NAMES = { list: '_deepcopy_list', dict: '_deepcopy_dict', tuple: '_deepcopy_tuple', method: '_deepcopy_method' };
const OPTIONS_MAX = 4;
const SLOTS_MAX = 64; // beyond that nobody wants to work out a slot
const SLOT_QUESTIONS = 3; // for each memo
/** Events that a question may be about. */
const ASKED = new Set(['memo_get', 'memo_new', 'memo_given', 'memo_again', 'memo_set', 'dispatch', 'class_check', 'list_new', 'fast_tuple',
  'fast_reduce'].map((name) => EV[name]));

/**
 * @param {any} trace @param {number} n @param {(key: string, values?: any) => string} t
 * @returns {Question|null} null where nothing is asked
 */
export default function questionAt(trace, n, t) {
  if (!(n > 0 && n < trace.eventCount) || !ASKED.has(trace.events.kind[n])) return null;
  const scene = new Scene(trace, trace.event(n));
  for (const make of MAKERS[scene.event.event] ?? []) {
    const made = make(scene);
    if (made) return question(scene, t, made);
  }
  return null;
}

/**
 * How many questions lie between two events, both excluded, and whether there may be more: so many are counted, in so
 * many events, that a jump over a million of them takes no time.
 * @returns {{count: number, more: boolean}}
 */
export function questionsBetween(trace, from, to, t, limit = 100, scan = 20000) {
  let count = 0;
  let n = from + 1;
  for (; n < to && n <= from + scan && count < limit; n++) if (questionAt(trace, n, t)) count++;
  return { count, more: n < to };
}

/**
 * An answer is a number, a key of the strings, or parts.
 * @typedef {{kind: string, right: any, wrong: any[], evidence?: number}} Made
 */

/** @param {Scene} scene @param {(key: string, values?: any) => string} t @param {Made} made @returns {Question|null} */
function question(scene, t, { kind, right, wrong, evidence = scene.event.n }) {
  const told = (answer) => (typeof answer === 'number' ? [answer.toLocaleString('en')] : Array.isArray(answer) ? answer : parts(t(answer), scene));
  const answers = distinct([right, ...wrong].map((answer) => ({ answer, said: told(answer), right: answer === right }))).slice(0, OPTIONS_MAX);
  if (answers.length < 2) return null;
  answers.sort((a, b) => rank(a.answer, scene.event.n) - rank(b.answer, scene.event.n));
  return {
    n: scene.event.n, kind, text: parts(t(`prediction.ask.${kind}`), scene), options: answers.map(({ said }) => said),
    right: answers.findIndex((answer) => answer.right), evidence,
  };
}

function distinct(answers) {
  const seen = new Set();
  return answers.filter(({ said }) => {
    const key = JSON.stringify(said);
    return !seen.has(key) && seen.add(key);
  });
}

/** Numbers ascend; words stand in the order of the catalogue of answers, other answers in one that n mixes. */
function rank(answer, n) {
  if (typeof answer === 'number') return answer;
  const known = typeof answer === 'string' ? ORDER.indexOf(answer) : -1;
  if (known >= 0) return known;
  let hash = n + 1;
  for (const letter of JSON.stringify(answer)) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  return hash >>> 0;
}

const ORDER = ['hit', 'miss', 'list', 'tuple', 'dict', 'method', 'atomic', 'custom', 'none', 'class', 'hook', 'copyreg', 'reduce', 'same', 'new', 'meanwhile', 'taken',
  'not_taken'].map((name) => `prediction.${name}`);

const isAtomic = (e) => COPIERS[e.typeEntry?.copier ?? 0]?.name === 'atomic';
const isRoot = (e) => e.trace.calls.parent[e.event.callIndex] < 0;

/** Is this the first event of its kind about this type? */
function firstOfType(e) {
  return firstEvents(e.trace, e.event.event).get(e.trace.objects[e.obj]?.type) === e.event.n;
}

/** @type {WeakMap<object, Map<string, {seen: number, first: Map<number, number>}>>} */
const firsts = new WeakMap();

/** For each type the first event of a kind about it; kept up as the trace grows. @returns {Map<number, number>} */
function firstEvents(trace, name) {
  const known = firsts.get(trace) ?? new Map();
  firsts.set(trace, known);
  const entry = known.get(name) ?? { seen: 0, first: new Map() };
  known.set(name, entry);
  const { records, events } = trace;
  for (; entry.seen < events.length; entry.seen++) {
    if (events.kind[entry.seen] !== EV[name]) continue;
    const type = trace.objects[records.obj[trace.recordOf(entry.seen)]]?.type;
    if (type !== undefined && !entry.first.has(type)) entry.first.set(type, entry.seen);
  }
  return entry.first;
}

/** Hit or miss?  The store under this key proves a hit; the empty slot, a miss. */
function hitOrMiss(e) {
  if (isAtomic(e) || isRoot(e) || e.op !== 'deepcopy') return null;
  return {
    kind: 'lookup', right: e.yes ? 'prediction.hit' : 'prediction.miss', wrong: [e.yes ? 'prediction.miss' : 'prediction.hit'],
    evidence: e.yes ? storedAt(e) : e.event.n,
  };
}

/** The event that stored x in the memo. */
function storedAt(e) {
  const memo = e.trace.history.memos[e.trace.calls.memo[e.event.callIndex]];
  return memo?.at(e.event.n).get(e.trace.addr(e.obj))?.event ?? e.event.n;
}

/** How deep will calls be nested?  Asked once the outermost has begun. */
function depth(e) {
  const { calls } = e.trace;
  const root = e.event.callIndex;
  if (!isRoot(e) || e.op !== 'deepcopy' || calls.close[root] === OPEN) return null;
  let deepest = root;
  let last = root;
  for (let c = root + 1; c < calls.length && calls.open[c] <= calls.close[root]; last = c, c++) if (calls.depth[c] > calls.depth[deepest]) deepest = c;
  const right = calls.depth[deepest] - calls.depth[root] + 1;
  if (right < 2) return null;
  return { kind: 'depth', right, wrong: [last - root + 1, right + 1, right - 1, right + 2].filter((n) => n > 0), evidence: calls.open[deepest] };
}

function whichCopier(e) {
  const copier = COPIERS[e.typeEntry?.copier ?? 0]?.name ?? 'none';
  if (e.op !== 'deepcopy' || isAtomic(e) || !firstOfType(e)) return null;
  const right = `prediction.${copier === 'custom' || COPIER_NAMES[copier] ? copier : 'none'}`;
  const others = ['list', 'dict', 'tuple', 'atomic', 'none'].map((name) => `prediction.${name}`).filter((key) => key !== right);
  // A subclass of list is no list to the table: that is what one gets wrong.
  const wrong = [...others.slice(-2), ...others.slice(0, -2)];
  return { kind: 'copier', right, wrong };
}

/** Who tells how x is copied, once the table has nothing? */
function whoTells(e) {
  if (!firstOfType(e)) return null;
  const end = e.trace.calls.close[e.event.callIndex];
  const last = end === OPEN ? e.trace.eventCount - 1 : end;
  for (let n = e.event.n; n <= last; n++) {
    const right = teller(e, n);
    if (right) return { kind: 'teller', right: `prediction.${right}`, wrong: ['class', 'hook', 'copyreg', 'reduce'].filter((name) => name !== right).map((name) => `prediction.${name}`), evidence: n };
  }
  return null;
}

/** What event n of this call says of who tells, or ''. */
function teller(e, n) {
  const { kind } = e.trace.events;
  if (![EV.class_check, EV.hook_get, EV.copyreg_get].includes(kind[n])) return '';
  const { event, outcome, callIndex } = e.trace.event(n);
  if (callIndex !== e.event.callIndex) return '';
  if (outcome) return { class_check: 'class', hook_get: 'hook', copyreg_get: 'copyreg' }[event];
  return event === 'copyreg_get' ? 'reduce' : '';
}

/** The same tuple, a new one, or one that a cycle made meanwhile? */
function whichTuple(e) {
  const kind = e.trace.records.kind[e.event.rec];
  const name = { [REC.tuple_new]: 'new', [REC.tuple_same]: 'same', [REC.tuple_hit]: 'meanwhile' }[kind];
  if (!name) return null;
  const wrong = ['same', 'new', 'meanwhile'].filter((other) => other !== name).map((other) => `prediction.${other}`);
  return { kind: 'tuple', right: `prediction.${name}`, wrong, evidence: name === 'new' ? changedElement(e) : e.event.n };
}

/** Where the first element that is not its own copy returned. */
function changedElement(e) {
  const { calls } = e.trace;
  const tuple = e.event.callIndex;
  for (let c = tuple + 1; c < calls.length && calls.open[c] < e.event.n; c++) {
    if (calls.parent[c] === tuple && calls.result[c] !== calls.obj[c]) return calls.close[c];
  }
  return e.event.n;
}

/** Which slot does the memo take for a new key? */
function whichSlot(e) {
  const state = stateAt(e.trace, e.event.n);
  const { memo } = state;
  if (e.inMemoBefore || !memo || memo.used > SLOT_QUESTIONS || memo.resizedAt === e.event.n) return null;
  const lookup = lookupAt(state, e.trace);
  if (!lookup || lookup.warning || lookup.missing || !lookup.path.length || 2 ** lookup.lg > SLOTS_MAX) return null;
  const size = 2 ** lookup.lg;
  const mask = size - 1;
  const at = (slot) => ((slot % size) + size) % size;
  const right = lookup.path[lookup.path.length - 1].slot;
  const first = lookup.path[0].slot;
  // The first slot visited, the one after it, that of the address without its zeros, the next free one.
  const wrong = [first, at(first + 1), Number((lookup.key >> 4n) & BigInt(mask)), at(right + 1), at(right + 3), at(right + 5)];
  return { kind: 'slot', right, wrong: wrong.filter((slot) => slot !== right) };
}

/** Which objects are one when all is done?  Asked when the outermost copy is made, still empty. */
function after(e) {
  const { calls } = e.trace;
  const root = e.event.callIndex;
  const shared = isRoot(e) && e.op === 'deepcopy' && calls.close[root] !== OPEN ? twice(e, root) : null;
  if (!shared) return null;
  const { first: one, second: other } = shared;
  const code = (ref, index) => `${e.name(ref)}[${index}]`;
  const original = calls.obj[root];
  return {
    kind: 'after', right: [{ code: `${code(one.from, one.index)} is ${code(other.from, other.index)}` }],
    wrong: [[{ code: `${code(one.from, one.index)} is ${code(original, one.index)}` }], 'prediction.all_differ'], evidence: shared.second.event,
  };
}

/** The first two elements of the root's copy that are one object, copied: { first, second }, or null. */
function twice(e, root) {
  const { edges } = e.trace.history;
  const copy = e.arg;
  const seen = new Map();
  for (let row = 0; row < edges.length && edges.event[row] <= e.trace.calls.close[root]; row++) {
    if (edges.from[row] !== copy || ROLES[edges.role[row]].name !== 'list_elem') continue;
    const edge = { event: edges.event[row], from: copy, index: edges.index[row] };
    const to = edges.to[row];
    if (seen.has(to) && e.trace.history.madeRow.has(to)) return { first: seen.get(to), second: edge };
    if (!seen.has(to)) seen.set(to, edge);
  }
  return null;
}

function taken(kind) {
  return (e) => ({ kind, right: `prediction.${e.yes ? 'taken' : 'not_taken'}`, wrong: [`prediction.${e.yes ? 'not_taken' : 'taken'}`] });
}

/** @type {Record<string, ((scene: Scene) => any)[]>} */
const MAKERS = {
  memo_get: [hitOrMiss],
  memo_new: [depth],
  memo_given: [depth],
  dispatch: [whichCopier],
  class_check: [whoTells],
  memo_again: [whichTuple],
  memo_set: [whichSlot],
  list_new: [after],
  fast_tuple: [taken('fast_tuple')],
  fast_reduce: [taken('fast_reduce')],
};

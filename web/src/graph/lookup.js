/* One lookup or insertion as the memo table shows it: key, hash, the slots visited, and whether the
 * recomputed slots agree with the recorded ones. */
import { GONE } from '../memoLog.js';
import { checkProbe, find, hashAddress, hashInt, PROBES_MAX, walk } from '../probe.js';
import { COPIERS, FLAGS } from '../vocabulary.js';

const MEMO_READS = new Set(['memo_get', 'memo_again', 'keep_get']);
const MEMO_WRITES = new Set(['memo_set', 'keep_new']);
const ABOUT_MEMO = new Set(['keep_get', 'keep_new']);

/**
 * @typedef {{slot: number, perturb: bigint, outcome: string}} Visit
 * @typedef {object} Lookup
 * @property {"memo"|"dispatch"|"none"} table
 * @property {"get"|"set"} op
 * @property {number} ref     object or memo whose id is the key; 0 for a type
 * @property {string} label   "id(inner)" without the name: filled in by the view; type name for a dispatch
 * @property {bigint} key
 * @property {bigint} hash
 * @property {number} lg
 * @property {Visit[]} path
 * @property {import('../probe.js').Warning|null} warning
 * @property {string} missing why there is no probe, a key of the strings, or ""
 */

/** Is this an event of the memo that reads or writes a slot? @param {string} name */
export const isMemoOp = (name) => MEMO_READS.has(name) || MEMO_WRITES.has(name);

/** The object whose id is the key of a memo event. @param {any} event @param {number} memoRef */
export const keyRef = (event, memoRef) => (ABOUT_MEMO.has(event.event) ? memoRef : event.obj);

/** @param {any} state @param {any} trace @returns {Lookup|null} null: this event looks nothing up */
export function lookupAt(state, trace) {
  const event = state?.event;
  if (!event) return null;
  if (event.event === 'dispatch') return dispatchLookup(event, trace);
  return isMemoOp(event.event) && state.memo ? memoLookup(event, state.memo, trace) : null;
}

/** @param {any} event @param {any} memo @param {any} trace @returns {Lookup} */
function memoLookup(event, memo, trace) {
  const ref = keyRef(event, memo.ref);
  const key = trace.objects[ref]?.addr ?? 0n;
  const hash = hashInt(key);
  const op = MEMO_WRITES.has(event.event) ? 'set' : 'get';
  /** @type {Lookup} */
  const lookup = { table: 'memo', op, ref, label: '', key, hash, lg: event.lg, path: [], warning: null, missing: '' };
  if (event.flags & FLAGS.NO_PROBE) return { ...lookup, missing: 'table.missing.dict' };
  if (!event.lg) return { ...lookup, missing: 'table.missing.empty' };
  /* The record of an insertion that resized holds the table after it; its own lookup was in the one before. */
  const before = op === 'get' && event.event === 'keep_get' && (event.flags & FLAGS.RESIZED) !== 0;
  if (before) return { ...lookup, lg: memo.lg, missing: 'table.missing.resizes' };
  const slots = memo.slots;
  if (slots.length !== 2 ** event.lg)
    return { ...lookup, warning: { key: 'table.warn.size', values: { recorded: 2 ** event.lg, found: slots.length } } };
  const found = find(slots, hash, (entry) => entry.key === key);
  const outcome = op === 'set' ? true : event.outcome;
  lookup.warning = checkProbe(found, { probes: event.probes, slot: event.slot, outcome });
  if (lookup.warning && event.event === 'keep_new' && passedOver(slots, hash, key, event.probes)) lookup.warning = null;
  lookup.path = found.path;
  if (op === 'set' && found.found) lookup.path[lookup.path.length - 1].outcome = 'stored';
  return lookup;
}

/** The probe of a keep_new is that of its lookup: before the key took a slot that another had been taken out of. */
function passedOver(slots, hash, key, probes) {
  const before = { length: slots.length, at: (slot) => (slots.at(slot)?.key === key ? GONE : slots.at(slot)) };
  return checkProbe(find(before, hash, () => false), { probes }) === null;
}

/** The table's other entries are not in the trace, so the walk is as long as recorded and its end is checked.
 * @param {any} event @param {any} trace @returns {Lookup} */
function dispatchLookup(event, trace) {
  const type = trace.types[trace.objects[event.obj]?.type];
  const addr = type?.addr ?? 0n;
  const hash = hashAddress(addr);
  const { lg, probes, slot } = event;
  /** @type {Lookup} */
  const lookup = { table: 'dispatch', op: 'get', ref: 0, label: type?.name ?? '', key: addr, hash, lg, path: [], warning: null, missing: '' };
  if (!type || !lg || !probes) return { ...lookup, missing: 'table.missing.probe' };
  for (const step of walk(hash, lg)) {
    lookup.path.push({ ...step, outcome: 'differs' });
    if (lookup.path.length >= probes) break;
  }
  const last = lookup.path[lookup.path.length - 1];
  last.outcome = isFound(event, type) ? 'equal' : 'empty';
  if (probes < PROBES_MAX && last.slot !== slot) lookup.warning = { key: 'table.warn.slot', values: { recorded: String(slot), found: String(last.slot) } };
  return lookup;
}

/** The dispatch table of copy() is another than deepcopy()'s: there the record says what it held, here the type. */
const isFound = (event, type) => event.outcome ?? (COPIERS[type.copier]?.name ?? 'none') !== 'none';

/** Types of the trace by their slot in the dispatch table. @param {any} trace @param {number} lg @returns {Map<number, any>} */
export function dispatchSlots(trace, lg) {
  const slots = new Map();
  for (const type of trace.types)
    if (type && type.lg === lg && (COPIERS[type.copier]?.name ?? 'none') !== 'none') slots.set(type.slot, type);
  return slots;
}

/**
 * Which rows to draw: every slot if there is room, else those visited and their neighbours, with gaps between.
 * @param {number} size slots @param {number[]} visited @param {number} room height, in the unit of `cost`
 * @param {{slot: number, gap: number}} cost height of a row and of a gap @param {number[]} [others] worth showing if there is room
 * @returns {({slot: number} | {from: number, to: number})[]}
 */
export function rowsFor(size, visited, room, cost, others = []) {
  if (size * cost.slot <= room) return Array.from({ length: size }, (_, slot) => ({ slot }));
  const last = visited[visited.length - 1];
  const wanted = [last, ...visited, ...(last === undefined ? [] : [last + 1, last - 1]), ...others, 0];
  /** @type {number[]} */
  let slots = [];
  for (const slot of wanted) {
    if (slot === undefined || slot < 0 || slot >= size || slots.includes(slot)) continue;
    const next = [...slots, slot].sort((a, b) => a - b);
    if (heightOf(withGaps(next, size), cost) > room) continue;
    slots = next;
  }
  return withGaps(slots, size);
}

/** @param {({slot: number} | {from: number, to: number})[]} rows @param {{slot: number, gap: number}} cost */
const heightOf = (rows, cost) => rows.reduce((sum, row) => sum + ('slot' in row ? cost.slot : cost.gap), 0);

/** @param {number[]} slots ascending @param {number} size @returns {({slot: number} | {from: number, to: number})[]} */
function withGaps(slots, size) {
  /** @type {({slot: number} | {from: number, to: number})[]} */
  const rows = [];
  let next = 0;
  for (const slot of [...slots, size]) {
    if (slot - next === 1 && slot < size) rows.push({ slot: next });
    else if (slot > next) rows.push({ from: next, to: slot - 1 });
    if (slot < size) rows.push({ slot });
    next = slot + 1;
  }
  return rows;
}

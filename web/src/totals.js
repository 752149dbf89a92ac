/**
 * What a copy cost up to any event: lookups, probes, stores, hits, copies made.  Sums are kept for every 1024th record,
 * so that a seek adds up the few records after one of them.  No DOM here.
 */
import { isMemoOp } from './graph/lookup.js';
import { EV, EVENTS, stepsOf } from './vocabulary.js';

const KEYFRAME = 1024;

/** What is counted, in this order. */
export const COUNTS = ['lookups', 'hits', 'stores', 'memoProbes', 'dispatches', 'dispatchProbes'];
const [LOOKUPS, HITS, STORES, MEMO_PROBES, DISPATCHES, DISPATCH_PROBES] = COUNTS.keys();

const IS_MEMO = EVENTS.map((event) => Boolean(event && isMemoOp(event.name)));
const IS_STORE = EVENTS.map((event) => event?.name === 'memo_set' || event?.name === 'keep_new');

/** @typedef {Record<'events'|'ns'|'lookups'|'hits'|'stores'|'memoProbes'|'dispatches'|'dispatchProbes'|'made'|'memoBytes', number>} Totals */

class Sums {
  /** @param {any} trace */
  constructor(trace) {
    this.trace = trace;
    this.sums = new Float64Array(COUNTS.length);
    this.keyframes = [this.sums.slice()];
    this.record = 0;
  }

  /** @param {number} n event @returns {Float64Array} */
  at(n) {
    const { trace } = this;
    const target = trace.recordOf(n);
    while (this.record + KEYFRAME <= trace.records.length) {
      for (const end = this.record + KEYFRAME; this.record < end; this.record++) add(trace, this.record, Infinity, this.sums);
      this.keyframes.push(this.sums.slice());
    }
    const frame = Math.min(Math.floor(target / KEYFRAME), this.keyframes.length - 1);
    const sums = this.keyframes[frame].slice();
    for (let r = frame * KEYFRAME; r <= target; r++) add(trace, r, n, sums);
    return sums;
  }
}

/** Adds what record r's events up to n cost. */
function add(trace, r, n, sums) {
  const { records } = trace;
  const steps = stepsOf(records.kind[r], records.flags[r], records.role[r]);
  const first = records.first[r];
  for (let s = 0; s < steps.length && first + s <= n; s++) {
    const { event, outcome } = steps[s];
    if (event !== EV.dispatch && !IS_MEMO[event]) continue;
    const { probes } = trace.probeOf(r, records.kind[r], event, outcome);
    if (event === EV.dispatch) {
      sums[DISPATCHES]++;
      sums[DISPATCH_PROBES] += probes;
    } else {
      sums[IS_STORE[event] ? STORES : LOOKUPS]++;
      sums[MEMO_PROBES] += probes;
      if (outcome === true && !IS_STORE[event]) sums[HITS]++;
    }
  }
}

/**
 * What `sys.getsizeof` says of a dict of 2^lg slots with an int among its keys: head, table of indices, entries.  It is
 * what Objects/dictobject.c allocates on 64-bit builds from 3.10 on; the head of the keys was 8 bytes longer in 3.10.
 * @param {number} lg @param {string} version of Python
 */
export function dictBytes(lg, version) {
  const head = 64;
  if (!lg) return head;
  const slots = 2 ** lg;
  const index = lg < 8 ? 1 : lg < 16 ? 2 : lg < 32 ? 4 : 8;
  return head + (/^3\.10\b/.test(version) ? 40 : 32) + slots * index + Math.floor((slots * 2) / 3) * 24;
}

/** @type {WeakMap<object, Sums>} */
const known = new WeakMap();

/** @param {any} trace @param {any} state of it @returns {Totals} */
export default function totals(trace, state) {
  let sums = known.get(trace);
  if (!sums) known.set(trace, (sums = new Sums(trace)));
  const counts = sums.at(state.n);
  const found = Object.fromEntries(COUNTS.map((name, i) => [name, counts[i]]));
  return /** @type {Totals} */ ({
    ...found, events: state.n + 1, ns: state.event.t - trace.event(0).t, made: state.copyCount, memoBytes: state.memo ? dictBytes(state.memo.lg, String(trace.meta.python ?? '')) : 0,
  });
}

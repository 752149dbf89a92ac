/**
 * What each call cost, in events, probes or nanoseconds: where it begins and ends on a scale of that cost, and how much
 * of it is its own.  Time is what the clock was read for: where only composites are timed, an atomic object's call has
 * none, and what it took falls to the call around it.
 */
import { OPEN } from '../history.js';
import { stepsOf } from '../vocabulary.js';

export const COSTS = ['events', 'probes', 'ns'];

/** @typedef {{begin: Float64Array, end: Float64Array, self: Float64Array, scale: Float64Array, all: number}} Cost  scale: by record, the cost up to it */

/** @param {any} trace @param {string} kind one of COSTS @returns {Cost} */
export default function costOf(trace, kind) {
  const { calls, records } = trace;
  const scale = SCALES[kind](trace);
  const cost = { begin: new Float64Array(calls.length), end: new Float64Array(calls.length), self: new Float64Array(calls.length), scale, all: scale[records.length] };
  for (let c = 0; c < calls.length; c++) {
    cost.begin[c] = kind === 'events' ? calls.open[c] : scale[calls.rec[c]];
    const open = calls.close[c] === OPEN;
    cost.end[c] = open ? cost.all : kind === 'events' ? calls.close[c] + 1 : scale[trace.recordOf(calls.close[c]) + (kind === 'probes' ? 1 : 0)];
    cost.self[c] += cost.end[c] - cost.begin[c];
    if (calls.parent[c] >= 0) cost.self[calls.parent[c]] -= cost.end[c] - cost.begin[c];
  }
  return cost;
}

/** By record, and once more at the end: the cost before it. */
const SCALES = {
  events({ records, eventCount }) {
    const scale = Float64Array.from(records.first.subarray(0, records.length + 1));
    return withEnd(scale, records.length, eventCount);
  },
  probes(trace) {
    const { records } = trace;
    const scale = new Float64Array(records.length + 1);
    for (let r = 0; r < records.length; r++) {
      let sum = 0;
      for (const { event, outcome } of stepsOf(records.kind[r], records.flags[r], records.role[r])) sum += trace.probeOf(r, records.kind[r], event, outcome).probes;
      scale[r + 1] = scale[r] + sum;
    }
    return scale;
  },
  ns({ records }) {
    const scale = Float64Array.from(records.t.subarray(0, records.length + 1));
    const from = scale[0] ?? 0;
    // The clock never goes back; a damaged trace may say so.
    for (let r = 0, last = 0; r < records.length; r++) scale[r] = last = Math.max(last, scale[r] - from);
    return withEnd(scale, records.length, records.length ? scale[records.length - 1] : 0);
  },
};

function withEnd(scale, length, end) {
  const out = scale.length > length ? scale : Float64Array.from({ length: length + 1 }, (_, i) => scale[i] ?? 0);
  out[length] = end;
  return out;
}

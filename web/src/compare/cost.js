/** What a recording cost: events, slots that the memo's lookups visited, nanoseconds, objects built. */
import { FLAGS, REC, RECS } from '../vocabulary.js';

const NOT_PROBED = FLAGS.NO_PROBE | FLAGS.NO_GET;
/** Their probe is that of the dispatch table. */
const OF_COPY = new Set([REC.copy, REC.copy_atom]);

/**
 * @param {any} trace
 * @returns {{events: number, probes: number|null, ns: number|null, objects: number, recorder: string}} null: it was not read in this
 *   recording; ns: from the first record to the last, so with what recording costs
 */
export default function costOf(trace) {
  const { records, history } = trace;
  const witnessed = trace.meta.recorder === 'witness';
  let probes = 0;
  let [first, last] = [Infinity, 0];
  for (let r = 0; r < records.length; r++) {
    const kind = records.kind[r];
    if (RECS[kind]?.t === 'time') [first, last] = [Math.min(first, records.t[r]), Math.max(last, records.t[r])];
    if (records.lg[r] && !(records.flags[r] & NOT_PROBED) && !OF_COPY.has(kind)) probes += records.probes[r];
  }
  return {
    events: trace.eventCount, probes: witnessed ? null : probes, ns: last > first ? last - first : null, objects: new Set(history.copies.copy.subarray(0, history.copies.length)).size,
    recorder: String(trace.meta.recorder ?? 'engine'),
  };
}

/**
 * Time by line of copy.py up to any event.  What passes between two readings of the clock is shared out evenly among the
 * steps recorded between them, so it is exact for one record's steps together and a share for each.  No DOM here.
 */
import { RECS, SITES, stepsOf } from '../vocabulary.js';

const KEYFRAME = 1024;

class Times {
  /** @param {any} trace */
  constructor(trace) {
    this.trace = trace;
    this.now = new Run();
    this.keyframes = [this.now.clone()];
    this.record = 0;
  }

  /** @param {number} n event @returns {Float64Array} ns by site number */
  at(n) {
    const { trace } = this;
    const target = trace.recordOf(n);
    for (; this.record + KEYFRAME <= trace.records.length; this.keyframes.push(this.now.clone())) {
      for (const end = this.record + KEYFRAME; this.record < end; this.record++) this.now.take(trace, this.record);
    }
    const frame = Math.min(Math.floor(target / KEYFRAME), this.keyframes.length - 1);
    const run = this.keyframes[frame].clone();
    for (let r = frame * KEYFRAME; r <= target; r++) run.take(trace, r);
    return run.ns;
  }
}

/** Sums up to a record, and the steps since the last reading of the clock. */
class Run {
  constructor() {
    this.ns = new Float64Array(SITES.length);
    /** @type {number[]} */
    this.waiting = [];
    this.last = -1;
  }

  clone() {
    const copy = new Run();
    copy.ns.set(this.ns);
    copy.waiting = [...this.waiting];
    copy.last = this.last;
    return copy;
  }

  take({ records }, r) {
    for (const { site } of stepsOf(records.kind[r], records.flags[r], records.role[r])) this.waiting.push(site);
    if (RECS[records.kind[r]]?.t !== 'time') return;
    const t = records.t[r];
    if (this.last >= 0 && t === this.last) return;
    if (this.last >= 0 && t > this.last) for (const site of this.waiting) this.ns[site] += (t - this.last) / this.waiting.length;
    this.last = t;
    this.waiting = [];
  }
}

/** @type {WeakMap<object, Times>} */
const known = new WeakMap();

/** ns by site number up to event n. @param {any} trace @param {number} n */
export default function timesAt(trace, n) {
  let times = known.get(trace);
  if (!times) known.set(trace, (times = new Times(trace)));
  return times.at(n);
}

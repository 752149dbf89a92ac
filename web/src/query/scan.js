/**
 * Which events match a query, found in slices between which the page stays alive, with progress and cancel.  A trace
 * that grows is gone on with where the scan stood.
 */
import Row from './row.js';

const SLICE = 12; // ms of work before the page gets its turn
const LOOK = 4096; // events between looks at the clock

/** Numbers in ascending order, doubled as they come. */
class Matches {
  constructor() {
    this.list = new Uint32Array(256);
    this.length = 0;
  }

  push(n) {
    if (this.length === this.list.length) {
      const list = new Uint32Array(this.length * 2);
      list.set(this.list);
      this.list = list;
    }
    this.list[this.length++] = n;
  }

  /** How many are <= n. */
  upTo(n) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if (this.list[mid] <= n) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  /** The nearest one after (by 1) or before (by -1) n, or -1. */
  near(n, by) {
    const at = by > 0 ? this.upTo(n) : this.upTo(n - 1) - 1;
    return at >= 0 && at < this.length ? this.list[at] : -1;
  }

  has(n) {
    const at = this.upTo(n) - 1;
    return at >= 0 && this.list[at] === n;
  }
}

/** @typedef {ReturnType<typeof scan>} Scan */

/**
 * @param {any} trace @param {import('./compile.js').Test} test
 * @param {{changed(): void, later?: (work: () => void) => any, now?: () => number}} how
 *   changed: after each slice; later: how the next slice is put off
 */
export default function scan(trace, test, { changed, later = nextTask, now = () => performance.now() }) {
  const row = new Row(trace);
  const matches = new Matches();
  let at = 0;
  let stopped = false;
  let waiting = false;

  function slice() {
    waiting = false;
    if (stopped) return;
    const end = now() + SLICE;
    do {
      const stop = Math.min(trace.eventCount, at + LOOK);
      for (; at < stop; at++) if (test(row.seek(at))) matches.push(at);
    } while (at < trace.eventCount && now() < end);
    goOn();
    changed();
  }

  function goOn() {
    if (waiting || stopped || at >= trace.eventCount) return;
    waiting = true;
    later(slice);
  }

  goOn();
  return {
    matches,
    /** Events looked at. */
    get looked() { return at; },
    get done() { return at >= trace.eventCount; },
    get stopped() { return stopped; },
    goOn,
    stop() { stopped = true; },
  };
}

const channel = typeof MessageChannel === 'undefined' || typeof window === 'undefined' ? null : new MessageChannel();
/** @type {(() => void)[]} */
const waiting = [];
if (channel) channel.port1.onmessage = () => waiting.shift()?.();

/** A task of its own, without the 4 ms that timers wait. */
function nextTask(work) {
  if (!channel) return setTimeout(work, 0);
  waiting.push(work);
  channel.port2.postMessage(0);
  return 0;
}

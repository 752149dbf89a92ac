/**
 * Where the memory in hardware is taken to stand, how fast it is clocked, how many entries it has: what the reader
 * assumes.  One set for the page, so that the break-even, the race and the block diagram speak of the same one.
 */

/** @typedef {{way: number, clock: number, depth: number, code: 'python'|'engine'}} Assumed ns there and back, MHz, entries, whose copy */

export default function settings() {
  /** @type {Assumed} */
  const now = { way: 25, clock: 1000, depth: 64, code: 'python' };
  const subscribers = new Set();
  return {
    get now() { return now; },
    /** @param {Partial<Assumed>} change */
    set(change) {
      Object.assign(now, change);
      for (const subscriber of subscribers) subscriber(now);
    },
    /** @param {(now: Assumed) => void} fn */
    subscribe(fn) { subscribers.add(fn); },
  };
}

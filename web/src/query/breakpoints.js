/**
 * Breakpoints: queries at whose matches a run through the events stops, forward or back.  There is one list per store;
 * it outlives the trace, so that the next run stops at the same things.
 */
import compile from './compile.js';
import { QueryError } from './parse.js';
import scan from './scan.js';

const MOST = 32;
const SEPARATOR = '\n';

/** @typedef {{text: string, on: boolean, test: import('./compile.js').Test, scan: import('./scan.js').Scan|null}} Breakpoint */
/** @typedef {ReturnType<typeof breakpoints>} Breakpoints */

/** @type {WeakMap<object, Breakpoints>} */
const lists = new WeakMap();

/** @param {any} store @returns {Breakpoints} */
export default function breakpointsOf(store) {
  let found = lists.get(store);
  if (!found) lists.set(store, (found = breakpoints(store)));
  return found;
}

/** @param {any} store */
function breakpoints(store) {
  /** @type {Breakpoint[]} */
  let list = [];
  /** Which way a run waits to go, once all is scanned; 0 none. @type {1|-1|0} */
  let wanted = 0;
  /** @type {(found: number) => void} */
  let arrived = () => {};
  /** @type {Set<() => void>} */
  const subscribers = new Set();
  const changed = () => {
    settle();
    for (const subscriber of subscribers) subscriber();
  };
  const live = () => list.filter(({ on }) => on);
  const begin = (one) => {
    one.scan?.stop();
    one.scan = one.on && store.trace ? scan(store.trace, one.test, { changed }) : null;
  };

  function settle() {
    if (!wanted || !live().every((one) => one.scan?.done)) return;
    const by = wanted;
    wanted = 0;
    arrived(nearest(store.cursor, by));
  }

  /** The nearest stop after or before n, or -1. @param {number} n @param {1|-1} by */
  function nearest(n, by) {
    const found = live().map((one) => one.scan?.matches.near(n, by) ?? -1).filter((at) => at >= 0);
    return found.length ? (by > 0 ? Math.min(...found) : Math.max(...found)) : -1;
  }

  store.subscribe((_state, _trace, what) => {
    if (what === 'trace') {
      wanted = 0;
      list.forEach(begin);
      changed();
    } else if (what === 'grow') for (const one of list) one.scan?.goOn();
  });

  function add(text) {
    const one = { text, on: true, test: compile(text), scan: null };
    list = [...list, one];
    begin(one);
  }

  return {
    /** @returns {readonly Breakpoint[]} */
    get list() { return list; },
    get full() { return list.length >= MOST; },
    /** Does a run wait for the events to be searched? */
    get searching() { return wanted !== 0; },
    has: (text) => list.some((one) => one.text === text),

    /** Sets it, or removes it where it is set; throws a QueryError. Returns whether it is set now. @param {string} text */
    toggle(text) {
      const there = list.find((one) => one.text === text);
      if (there) this.remove(there);
      else if (!this.full) add(text);
      changed();
      return !there && this.has(text);
    },

    /** @param {Breakpoint} one */
    remove(one) {
      one.scan?.stop();
      list = list.filter((other) => other !== one);
      changed();
    },

    /** Switches it off, or on again. @param {Breakpoint} one */
    switch(one) {
      one.on = !one.on;
      begin(one);
      changed();
    },

    /** Goes to the next stop, at once or when the events have been searched; `to` is told -1 where there is none.
     * @param {1|-1} by @param {(found: number) => void} to */
    run(by, to) {
      [wanted, arrived] = [by, to];
      for (const one of live()) if (one.scan?.stopped) begin(one);
      changed();
    },

    /** Ends the search for the next stop. */
    cancel() {
      wanted = 0;
      changed();
    },

    /** All of them in one text, for the address; those that are off begin with a minus. */
    get text() { return list.map(({ text, on }) => `${on ? '' : '-'}${text}`).join(SEPARATOR); },

    /** Sets those of such a text; what cannot be read is left out. @param {string} text */
    set text(text) {
      for (const line of text.split(SEPARATOR).slice(0, MOST)) {
        const query = line.replace(/^-/, '');
        try {
          if (query && !this.has(query)) add(query);
        } catch (fault) {
          if (!(fault instanceof QueryError)) throw fault;
          continue;
        }
        if (query !== line && this.has(query)) this.switch(list[list.length - 1]);
      }
      changed();
    },

    /** @param {() => void} fn */
    subscribe(fn) {
      subscribers.add(fn);
      return () => subscribers.delete(fn);
    },
  };
}

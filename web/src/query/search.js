/**
 * The query in hand and its matches.  There is one per store: the event list writes it, the timeline shows its
 * matches, the keys go to the next one.
 */
import compile from './compile.js';
import { QueryError } from './parse.js';
import scan from './scan.js';

/** @typedef {ReturnType<typeof search>} Search */

/** @type {WeakMap<object, Search>} */
const searches = new WeakMap();

/** @param {any} store @returns {Search} */
export default function searchOf(store) {
  let found = searches.get(store);
  if (!found) searches.set(store, (found = search(store)));
  return found;
}

/** @param {any} store */
function search(store) {
  let text = '';
  /** @type {QueryError|null} */
  let error = null;
  /** @type {import('./compile.js').Test|null} */
  let test = null;
  /** @type {import('./scan.js').Scan|null} */
  let running = null;
  /** @type {Set<() => void>} */
  const subscribers = new Set();
  const changed = () => { for (const subscriber of subscribers) subscriber(); };

  function restart() {
    running?.stop();
    running = test && store.trace ? scan(store.trace, test, { changed }) : null;
    changed();
  }

  store.subscribe((_state, _trace, what) => {
    if (what === 'trace') restart();
    else if (what === 'grow') running?.goOn();
  });

  return {
    get text() { return text; },
    get error() { return error; },
    /** The scan, with what it has found so far; null without a query. */
    get scan() { return running; },
    /** Is there a query that can be read? */
    get active() { return test !== null; },

    /** @param {string} next an empty one ends the search */
    set(next) {
      if (next === text) return;
      text = next;
      error = null;
      test = null;
      try {
        if (text.trim()) test = compile(text);
      } catch (fault) {
        if (!(fault instanceof QueryError)) throw fault;
        error = fault;
      }
      restart();
    },

    cancel() {
      running?.stop();
      changed();
    },

    /** The match after (1) or before (-1) event n, or -1. @param {number} n @param {1|-1} by */
    near: (n, by) => running?.matches.near(n, by) ?? -1,

    /** @param {() => void} fn */
    subscribe(fn) {
      subscribers.add(fn);
      return () => subscribers.delete(fn);
    },
  };
}

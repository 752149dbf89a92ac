/* Finds objects by name, type, text or address.  What can be found is gathered a little at a time, since it takes a
 * look at every object. */
import { identity } from '../identity.js';
import { NONE } from './structure.js';
import { atomText } from './text.js';

const SLICE = 8; // ms
const LOOK = 64; // objects between two looks at the clock

/** @typedef {{node: number, link: number, copy: boolean}} Match link: where it is held, for a value without a box */

/** @param {{later?: (work: () => void) => void, now?: () => number}} [options] */
export default function finder({ later = (work) => { setTimeout(work, 0); }, now = () => performance.now() } = {}) {
  /** @type {any} */
  let run = null;
  /** @type {string[]} by node, lower case */
  let words = [];
  let job = 0;

  /** @param {any} trace @param {number} id */
  function wordsOf(trace, id) {
    const ref = run.node.ref[id];
    const object = trace.objects[ref];
    const copy = run.node.copy[id] ? trace.objects[run.node.copy[id]] : null;
    const text = run.isAtom(id) ? atomText(trace, ref, 200) : identity(trace, ref).name;
    return [text, object?.name, object?.typeName, hex(object), hex(copy)].join('\n').toLowerCase();
  }

  const hex = (object) => (object ? `0x${object.addr.toString(16)}` : '');

  return {
    /**
     * @param {any} trace @param {import('./structure.js').Run} of @param {string} text
     * @param {(matches: Match[], done: boolean) => void} found called again and again while more is gathered
     */
    find(trace, of, text, found) {
      if (run !== of) {
        run = of;
        words = [];
      }
      const wanted = text.trim().toLowerCase();
      const mine = ++job;
      /** @type {Match[]} */
      const matches = [];
      let at = 0;
      const work = () => {
        if (mine !== job) return;
        const end = now() + SLICE;
        for (const all = run.node.ref.length; at < all; at++) {
          if (at % LOOK === 0 && at && now() > end) break;
          words[at] ??= wordsOf(trace, at);
          const match = wanted && words[at].includes(wanted) ? matchOf(at) : null;
          if (match) matches.push(match);
        }
        const done = at >= run.node.ref.length;
        found(matches, done);
        if (!done) later(work);
      };
      work();
    },
    stop() { job++; },
  };

  /** @param {number} id @returns {Match|null} */
  function matchOf(id) {
    if (run.isAtom(id)) return run.node.tree[id] === NONE ? null : { node: id, link: run.node.tree[id], copy: false };
    return run.node.fold[id] === NONE ? { node: id, link: NONE, copy: false } : null;
  }
}

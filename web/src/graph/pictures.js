/* The pictures of a run: which is wanted for an event, which are made already.  The one without any way opened serves every
 * event whose object is drawn in it, so that nothing moves from step to step; only where it is folded another is asked for. */
import { needsWay, plansFor } from './plan.js';
import { eachChild } from './shown.js';
import { NONE } from './structure.js';

const KEPT = 64;
const WAY_MORE = 8;     /* a picture with a way opened holds that much more at most: it is deep rather than wide */
const STEP = 8;         /* the room is rounded down to this, so that not each pixel of a resize asks anew */
const GROWTH_MIN = 1.6; /* a growing trace is arranged anew when it grew by this much, or ended */

/**
 * @typedef {object} Picture
 * @property {import('./structure.js').Run} run
 * @property {import('./plan.js').Drawable} shown
 * @property {import('./layout.js').Plan} plan
 * @property {import('./layout.js').Layout} layout
 * @property {boolean} late the arranger's deadline passed
 */

/** @param {ReturnType<typeof import('./arranger.js').default>} arranger @param {(picture: Picture) => void} draw */
export default function pictures(arranger, draw) {
  /** @type {Map<string, Picture>} */
  const kept = new Map();
  let about = { run: /** @type {any} */ (null), size: 0, closed: false, w: 0, h: 0, inset: true };
  let opened = new Set();
  let closed = new Set();
  let waiting = '';
  let picked = NONE;

  /** @param {import('./structure.js').Run} run @param {import('./layout.js').Room} room @param {boolean} inset */
  function prepare(run, room, inset) {
    const w = Math.floor(room.w / STEP) * STEP;
    const h = Math.floor(room.h / STEP) * STEP;
    if (about.run !== run) {
      opened = new Set();
      closed = new Set();
      picked = NONE;
    }
    const grew = run.node.ref.length >= about.size * GROWTH_MIN || run.closed !== about.closed;
    if (about.run === run && !grew && about.w === w && about.h === h && about.inset === inset) return;
    about = { run, size: run.node.ref.length, closed: run.closed, w, h, inset };
    forget();
  }

  function forget() {
    kept.clear();
    waiting = '';
  }

  /** @param {any} trace @param {number} focus */
  function ask(trace, focus) {
    const key = String(focus);
    if (waiting === key) return;
    waiting = key;
    const { run, w, h, inset } = about;
    const base = kept.get(String(NONE));
    const most = focus !== NONE && base ? base.plan.items.length + WAY_MORE : Infinity;
    const plans = plansFor(trace, run, { w, h }, { focus, opened, closed, most, inset });
    arranger.ask(plans.map(({ plan }) => plan), { w, h }, ({ index, layout, late }) => {
      if (waiting !== key || about.run !== run) return;
      waiting = '';
      const picture = { run, ...plans[index], layout, late };
      if (kept.size >= KEPT) kept.delete([...kept.keys()].find((old) => old !== String(NONE)) ?? '');
      kept.set(key, picture);
      draw(picture);
    });
  }

  return {
    get picked() { return picked; },
    /** Is one being made? */
    get busy() { return waiting !== ''; },
    /** @param {number} node */
    pick(node) { picked = node; },

    /** Draws the picture for an object in hand, now or when it is made.
     * @param {any} trace @param {import('./structure.js').Run} run @param {import('./layout.js').Room} room @param {number} box the object in hand
     * @param {boolean} [inset] is it opened below lines? */
    want(trace, run, room, box, inset = true) {
      prepare(run, room, inset);
      const base = kept.get(String(NONE));
      if (!base) return ask(trace, NONE);
      if (box === NONE || base.shown.boxes.has(box) || !needsWay(run, base.shown, box)) return draw(base);
      const made = kept.get(String(box));
      return made ? draw(made) : ask(trace, box);
    },

    /** Unfolds an object, or folds it. @param {number} node @param {import('./plan.js').Drawable} shown @returns {boolean} is it unfolded now? */
    toggle(node, shown) {
      let folded = !opened.has(node) && (shown?.more.has(node) ?? false); // one that was unfolded may have more than there is room for
      if (!folded) {
        let children = 0;
        eachChild(about.run, node, (child) => { if (child !== node) children++; });
        folded = closed.has(node) || children === 0;
      }
      if (folded) {
        opened.add(node);
        closed.delete(node);
      } else {
        closed.add(node);
        opened.delete(node);
      }
      forget();
      return folded;
    },
  };
}

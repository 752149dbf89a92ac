/** A small play inside one event: it counts from 1 to the last act and calls `draw` after each.  No DOM here. */

/**
 * @param {(act: number) => void} draw
 * @param {{after: (ms: number, fn: () => void) => number, cancel: (timer: number) => void}} [clock]
 */
export default function play(draw, clock = { after: (ms, fn) => window.setTimeout(fn, ms), cancel: (id) => window.clearTimeout(id) }) {
  let timer = 0;
  let act = 0;
  let acts = 0;

  function stop() {
    clock.cancel(timer);
    timer = 0;
  }

  function next(ms) {
    timer = 0;
    act++;
    draw(act);
    if (act < acts) timer = clock.after(ms, () => next(ms));
  }

  return {
    /** The act that is shown; the last one when nothing plays. */
    get act() { return act; },
    get acts() { return acts; },
    get playing() { return timer !== 0; },

    /** Begins anew.  With no time for an act the last one stands at once. @param {number} count @param {number} ms */
    start(count, ms) {
      stop();
      acts = count;
      act = ms > 0 && count > 1 ? 0 : count;
      if (act < count) next(ms);
    },

    /** One act on, from the last to the first; nothing goes on by itself afterwards. */
    step() {
      stop();
      if (!acts) return;
      act = act >= acts ? 1 : act + 1;
      draw(act);
    },

    stop,
  };
}

/** Milliseconds of a duration as a style sheet has it; 0 where motion is off. @param {Element} node @param {string} name */
export function duration(node, name) {
  const text = getComputedStyle(node).getPropertyValue(name).trim();
  const value = Number.parseFloat(text) || 0;
  return /[^m]s$/.test(text) ? value * 1000 : value;
}

/**
 * What waits while the cursor is in a hurry.  Scrubbing through a large trace, the playhead must keep up with the hand:
 * a view that takes long is then drawn now and then, so that it has a small share of the time, and when the hand rests.
 * Traces of a lesson's size are always drawn whole.
 */
const MANY = 50_000; // events
const REST = 120; // ms without a move after which nobody hurries
const LIGHT = 3; // ms that a view may take in any frame
const SHARE = 20; // a heavy view waits so many times what it takes

/** @param {() => number} [now] ms */
export default function hurry(now = () => performance.now()) {
  let busy = -Infinity; // when the cursor moved last, or the drawing of that was done
  let hurried = false;

  return {
    rest: REST,

    /** The cursor went elsewhere. */
    moves() {
      const at = now();
      hurried = at - busy < REST;
      busy = at;
    },

    /** It has not moved for a while. */
    rests() { hurried = false; },

    /** May this view wait for a later frame? @param {{cost: number, drawn: number}} view @param {number} events of the trace */
    waits: ({ cost, drawn }, events) => events > MANY && hurried && cost > LIGHT && now() - drawn < SHARE * cost,

    /** Draws it and notes what that took. @param {{cost: number, drawn: number}} view @param {() => void} draw */
    timed(view, draw) {
      const begun = now();
      draw();
      busy = view.drawn = now();
      view.cost = view.cost ? (view.cost + view.drawn - begun) / 2 : view.drawn - begun;
    },
  };
}

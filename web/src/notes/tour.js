/**
 * A guided tour: the notes of a recording one after the other, each for as long as it takes to read, the page at the
 * event of each.  Whoever goes elsewhere ends it.  No DOM here.
 */
const LOOK = 2500; // ms to see where one is
const LETTER = 55; // ms to read one

/** How long a note is shown. @param {{text: string}} note @returns {number} ms */
export const readingTime = ({ text }) => LOOK + LETTER * text.length;

/**
 * @param {object} page
 * @param {() => import('./model.js').Note[]} page.notes in order
 * @param {() => number} page.cursor
 * @param {(event: number) => void} page.go
 * @param {(now: {at: number, of: number, note: import('./model.js').Note}|null) => void} page.told null: it is over
 * @param {(work: () => void, ms: number) => any} [page.later] @param {(timer: any) => void} [page.never]
 */
export default function tour({ notes, cursor, go, told, later = setTimeout, never = clearTimeout }) {
  /** @type {any} */
  let timer = null;
  let at = -1;
  /** Where the tour itself went. */
  let here = -1;

  function stop() {
    never(timer);
    if (at < 0) return;
    at = here = -1;
    told(null);
  }

  function show(index) {
    const list = notes();
    if (index >= list.length) {
      stop();
      return;
    }
    never(timer);
    at = index;
    here = list[at].event;
    go(here);
    told({ at: at + 1, of: list.length, note: list[at] });
    timer = later(() => show(at + 1), readingTime(list[at]));
  }

  return {
    get playing() { return at >= 0; },
    stop,
    /** Begins with the first note at or after the cursor, or with the first. */
    start() {
      const next = notes().findIndex(({ event }) => event >= cursor());
      show(Math.max(0, next));
    },
    /** The cursor moved. */
    moved() { if (at >= 0 && cursor() !== here) stop(); },
    /** To the next note at once, or back. @param {1|-1} by */
    step(by) { if (at >= 0) show(Math.max(0, at + by)); },
  };
}

/**
 * Which rows of a very long list stand where.  A browser's boxes end at some million pixels: past that the scroll bar
 * is a scale of the list, and the wheel still moves row by row.  Arithmetic only, no DOM.
 */
const TALLEST = 8_000_000; // px; Firefox ends at 17.8 million

/** @param {{rowHeight: () => number}} options */
export default function rowWindow({ rowHeight }) {
  let rows = 0;
  let room = 0; // px in sight
  let top = 0; // the row at the upper edge, with its fraction

  const inSight = () => room / rowHeight();
  const last = () => Math.max(0, rows - inSight());
  const clamp = () => { top = Math.max(0, Math.min(top, last())); };
  const tall = () => Math.min(TALLEST, rows * rowHeight());
  const scale = () => { const way = tall() - room; return way > 0 ? last() / way : 0; };

  return {
    get top() { return top; },
    get first() { return Math.floor(top); },
    /** Rows to draw, from `first` on. */
    get count() { return Math.max(0, Math.min(rows - Math.floor(top), Math.ceil(inSight()) + 1)); },
    /** Height of the whole list as the scroll bar knows it. */
    get height() { return tall(); },
    /** Is one pixel of the scroll bar more than one of the list? */
    get scaled() { return rows * rowHeight() > TALLEST; },
    get scrollTop() { const by = scale(); return by ? Math.round(top / by) : 0; },
    get inSight() { return Math.floor(inSight()); },

    measure(nextRows, nextRoom) {
      rows = nextRows;
      room = nextRoom;
      clamp();
    },

    scrolledTo(px) {
      top = px * scale();
      clamp();
    },

    scrollBy(px) {
      top += px / rowHeight();
      clamp();
    },

    /** Brings a row into sight, near the middle if it was far; returns whether that moved the list. */
    reveal(row) {
      const sight = inSight();
      const edge = Math.min(2, Math.max(0, (sight - 1) / 2));
      const before = top;
      // A whole row stands at the upper edge.
      if (row < top - sight || row > top + 2 * sight) top = Math.ceil(row - sight / 2);
      else if (row < top + edge) top = Math.floor(row - edge);
      else if (row + 1 > top + sight - edge) top = Math.ceil(row + 1 - sight + edge);
      clamp();
      return top !== before;
    },
  };
}

/** Where each key of a dict goes when its table grows: both tables are known, since a dict is filled anew in order.  No DOM here. */

/** Acts of the play, however many keys move. */
const ACTS_MAX = 12;
/** Lines that are drawn; of more, an even choice. */
const DRAWN_MAX = 160;

/** Keys that are followed; of more, an even choice with the last. */
const KEYS_MAX = 2000;

/** @typedef {{used: ArrayLike<number>, at: (slot: number) => any}} Slots  `used`: in order of insertion, as CPython fills a new table */
/** @typedef {{from: number, to: number, entry: any}} Move  from: -1 for the key whose insertion made the table grow */

/**
 * The moves from one table to the other, in the order in which the dict makes them.
 * @param {Slots} before the old table @param {Slots} after the new one @returns {Move[]}
 */
export function movesOf(before, after) {
  const count = after.used.length;
  const chosen = Math.min(count, KEYS_MAX);
  return Array.from({ length: chosen }, (_, k) => {
    const i = Math.floor(((k + 1) * count) / chosen) - 1;
    const entry = after.at(after.used[i]);
    const from = i < before.used.length ? before.used[i] : -1;
    return { from: from >= 0 && before.at(from)?.key === entry.key ? from : -1, to: after.used[i], entry };
  });
}

/** Into how many acts the moves fall. @param {Move[]} moves */
export const actsOf = (moves) => Math.min(moves.length, ACTS_MAX);

/** The moves made by an act, and of those the ones that it made itself. @param {Move[]} moves @param {number} act */
export function movesAt(moves, act) {
  const acts = actsOf(moves) || 1;
  const upTo = (k) => Math.round((moves.length * Math.min(k, acts)) / acts);
  return { done: moves.slice(0, upTo(act)), now: moves.slice(upTo(act - 1), upTo(act)) };
}

/** Moves that are drawn, the last always among them. @param {Move[]} moves */
export function drawnOf(moves) {
  if (moves.length <= DRAWN_MAX) return moves;
  const step = moves.length / DRAWN_MAX;
  return Array.from({ length: DRAWN_MAX }, (_, i) => moves[Math.floor((i + 1) * step - 1e-9)] ?? moves[moves.length - 1]);
}

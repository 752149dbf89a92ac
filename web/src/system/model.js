/**
 * What a memory in hardware saves of a copy: Amdahl's law over measured times, a memory's cycles, and an assumed way
 * to it.  server/breakeven.c has the same formulas for `copyscope breakeven`.  Times in nanoseconds.
 */

/**
 * @typedef {object} Side
 * @property {number} copy     T, one copy
 * @property {number} lookup   t_sw, one lookup of the dict
 * @property {number} lookups  N, of one copy
 * @property {number} overflow o, share of the lookups that ask the dict as well, 0 to 1
 */

/** t' = t_hw + o t_sw @param {Side} side @param {number} hardware */
export const lookupTime = (side, hardware) => hardware + side.overflow * side.lookup;

/** S = T / (T - N (t_sw - t')): below 1, a loss. @param {Side} side @param {number} hardware */
export const speedup = (side, hardware) => amdahl(side, lookupTime(side, hardware));

/** What no lookup can beat: S at t' = 0. @param {Side} side */
export const limit = (side) => amdahl(side, 0);

/** The t_hw at which S is 1; 0 or less: nowhere. @param {Side} side */
export const breakEven = (side) => side.lookup * (1 - side.overflow);

/** N t_sw / T, at most 1. @param {Side} side */
export const share = (side) => (side.copy > 0 ? Math.min(1, (side.lookups * side.lookup) / side.copy) : 0);

function amdahl(side, lookup) {
  const left = side.copy - side.lookups * (side.lookup - lookup);
  return left > 0 ? side.copy / left : Infinity;
}

/** Nanoseconds of the memory: the way there and back, and its own cycles. */
export const hardwareTime = (way, cycles, megahertz) => way + (cycles * 1000) / megahertz;

/**
 * Share of a copy's lookups that ask the dict as well, by the depth of a memory that keeps what comes first and, once
 * one insertion did not fit, sends every miss on: what hw/rtl/memo_cam.sv does.
 * @param {{key: bigint|number, store: boolean}[]} ops of one memo, in time order, from empty
 * @returns {(depth: number) => number}
 */
export function overflowByDepth(ops) {
  const rank = new Map(); // of each key, by its first insertion
  const asks = []; // of each lookup: how many keys there were, and the rank of its own if it was there
  for (const { key, store } of ops) {
    if (store && !rank.has(key)) rank.set(key, rank.size);
    if (!store) asks.push({ known: rank.size, rank: rank.get(key) ?? Infinity });
  }
  return (depth) => {
    if (!asks.length) return 0;
    let spilled = 0;
    for (const ask of asks) if (ask.known > depth && ask.rank >= depth) spilled++;
    return spilled / asks.length;
  };
}

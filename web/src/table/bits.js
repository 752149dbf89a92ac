/** The key's bits, the window of them that each probe takes, and the arithmetic in words.  No DOM here. */

const PERTURB_SHIFT = 5;
const LEAST = 12;
const MOST = 24;

/** The bits drawn: as many as the marked windows need. @param {number} lg @param {number} probes */
export function bitCount(lg, probes) {
  const need = (probes - 1) * PERTURB_SHIFT + lg;
  return Math.max(LEAST, Math.min(MOST, probes ? need : lg));
}

/** Lowest bit and the bit after the highest that probe k adds. @param {number} k @param {number} lg */
export const windowOf = (k, lg) => ({ from: PERTURB_SHIFT * k, to: PERTURB_SHIFT * k + lg });

/** Bits that the probes before and at k took. @param {number} k @param {number} lg @returns {Set<number>} */
export function bitsUpTo(k, lg) {
  const marked = new Set();
  for (let i = 0; i <= k; i++) for (let { from, to } = windowOf(i, lg); from < to; from++) marked.add(from);
  return marked;
}

/** How a probe's slot follows from the one before, in words. @param {{slot: number, perturb: bigint}[]} path @param {number} k @param {number} lg */
export function formula(path, k, lg) {
  const mask = 2 ** lg - 1;
  if (k === 0) return `h & ${mask} = ${path[0].slot}`;
  return `(5·${path[k - 1].slot} + ${path[k].perturb & BigInt(mask)} + 1) & ${mask} = ${path[k].slot}`;
}

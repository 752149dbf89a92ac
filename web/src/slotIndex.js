/**
 * Which entry lies in which slot of a dict's table of 2^lg slots, for keys that went in one after the other: the walk of
 * probe.js in two 32-bit halves, since a million walks in BigInt take seconds.  A test holds the two together.
 */
const INT_MODULUS = (1n << 61n) - 1n;
const FREE = -1;

export default class SlotIndex {
  /** @param {number} lg */
  constructor(lg) {
    this.mask = 2 ** lg - 1;
    this.entries = new Int32Array(2 ** lg).fill(FREE);
    // A dict is never filled further; that keeps the walks short whatever a damaged trace says.
    this.usable = Math.floor((2 ** lg * 2) / 3);
    /** Slot by entry, in order of insertion. */
    this.slots = new Uint32Array(this.usable);
    this.filled = 0;
  }

  /** Puts in the first `count` of the entries, those that are not in yet. @param {{key: bigint}[]} entries @param {number} count */
  fill(entries, count) {
    for (const end = Math.min(count, this.usable); this.filled < end; this.filled++) {
      const slot = this.#free(entries[this.filled].key);
      this.entries[slot] = this.filled;
      this.slots[this.filled] = slot;
    }
  }

  /** Number of the entry in a slot, or -1. @param {number} slot */
  entryIn(slot) { return this.entries[slot]; }

  /** The first free slot on the walk of a key; there is one, as a third of the table stays free. @param {bigint} key */
  #free(key) {
    const { mask, entries } = this;
    const hash = key % INT_MODULUS;
    let low = Number(hash & 0xffffffffn) | 0;
    let high = Number(hash >> 32n) | 0;
    let slot = low & mask;
    while (entries[slot] !== FREE) {
      low = (low >>> 5) | (high << 27);
      high >>>= 5;
      slot = (Math.imul(slot, 5) + low + 1) & mask;
    }
    return slot;
  }
}

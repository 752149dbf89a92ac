/**
 * Which entry lies in which slot of a dict's table of 2^lg slots, for keys that went in one after the other: the walk of
 * probe.js in two 32-bit halves, since a million walks in BigInt take seconds.  A test holds the two together.
 */
const INT_MODULUS = (1n << 61n) - 1n;
const FREE = -1;
/** A key was taken out: lookups pass over the slot, an insertion may use it.  CPython's DKIX_DUMMY. */
const GONE = -2;

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

  /**
   * The table of a dict out of which keys were taken: who stayed keeps its slot, who went leaves a mark there.
   * @param {SlotIndex} before @param {{key: bigint}[]} were its entries @param {{key: bigint}[]} are the entries now, those that stayed first
   */
  static without(before, were, are) {
    const index = new SlotIndex(Math.log2(before.mask + 1));
    for (let i = 0; i < before.filled; i++) {
      const slot = before.slots[i];
      const stays = were[i].key === are[index.filled]?.key;
      index.entries[slot] = stays ? index.filled : GONE;
      if (stays) index.slots[index.filled++] = slot;
    }
    before.entries.forEach((entry, slot) => { if (entry === GONE) index.entries[slot] = GONE; });
    return index;
  }

  /** Number of the entry in a slot; negative where there is none. @param {number} slot */
  entryIn(slot) { return this.entries[slot]; }

  /** Was a key taken out of this slot? @param {number} slot */
  isGone(slot) { return this.entries[slot] === GONE; }

  /** The first free slot on the walk of a key; there is one, as a third of the table stays free. @param {bigint} key */
  #free(key) {
    const { mask, entries } = this;
    const hash = key % INT_MODULUS;
    let low = Number(hash & 0xffffffffn) | 0;
    let high = Number(hash >> 32n) | 0;
    let slot = low & mask;
    while (entries[slot] >= 0) {
      low = (low >>> 5) | (high << 27);
      high >>>= 5;
      slot = (Math.imul(slot, 5) + low + 1) & mask;
    }
    return slot;
  }
}

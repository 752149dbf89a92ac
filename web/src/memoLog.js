/**
 * One memo over time: its entries in order of insertion, its table's sizes, and the slots they must lie in.  A memo
 * is a dict from id(x) to the copy of x; deepcopy() only adds to it.  Where user code changed it the trace lists it
 * anew, and an epoch begins.
 */
import SlotIndex from './slotIndex.js';

/** Larger tables are not laid out slot by slot: no real trace has one, a damaged one may claim it. */
const LG_LIMIT = 22;
/** So many changes by user code are followed back for the slots that they left marked. */
const CHAIN_MAX = 64;

/**
 * @typedef {object} Entry
 * @property {number} event
 * @property {bigint} key
 * @property {number} obj
 * @property {number} value  ref of the copy; 0 for the list that keeps originals alive
 * @property {boolean} [keep]
 * @property {boolean} [preset]
 * @property {boolean} [gone]  no entry: user code took one out here
 */

export default class MemoLog {
  constructor(ref, addr, event) {
    this.ref = ref;
    this.addr = addr;
    this.epochs = [new Epoch(event)];
  }

  get #epoch() { return this.epochs[this.epochs.length - 1]; }

  /** @param {Entry} entry @param {number} lg log2 table size afterwards, 0 unknown */
  store(entry, lg) {
    this.#epoch.store(entry);
    this.seen(entry.event, lg);
  }

  /** The table was seen to have 2^lg slots at this event. */
  seen(event, lg) { if (lg) this.#epoch.seen(event, lg); }

  /** @param {Entry} entry */
  preset(entry) { this.#epoch.store(entry); }

  clear(event) { this.epochs.push(new Epoch(event, this.#epoch)); }

  /** What the memo holds at event n. */
  at(n) {
    return new MemoState(this, this.epochs[Math.max(0, upTo(this.epochs, n) - 1)], n);
  }
}

/** How many of the things in order of their event are not later than n. @param {{event: number}[]} things @param {number} n */
function upTo(things, n) {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (things[mid].event <= n) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** A stretch of a memo's life in which it only grew. */
class Epoch {
  /** @param {number} event @param {Epoch|null} before */
  constructor(event, before = null) {
    this.event = event;
    this.before = before;
    /** @type {Entry[]} first insertion of each key, in order */
    this.entries = [];
    /** @type {Map<bigint, Entry|Entry[]>} key to its store, or to its stores where it had several */
    this.stores = new Map();
    /** Table sizes: { event, lg, index }; the table is laid out when first asked for. */
    this.sizes = [];
  }

  store(entry) {
    const known = this.stores.get(entry.key);
    if (!known) {
      this.stores.set(entry.key, entry);
      this.entries.push(entry);
      return;
    }
    const stores = Array.isArray(known) ? known : [known];
    if (stores[stores.length - 1].value === entry.value) return;
    this.stores.set(entry.key, [...stores, entry]);
  }

  /** The store of a key in force at n, or null. @param {bigint} key @param {number} n @returns {Entry|null} */
  storeAt(key, n) {
    const known = this.stores.get(key);
    if (!known) return null;
    if (!Array.isArray(known)) return known.event <= n ? known : null;
    return known[upTo(known, n) - 1] ?? null;
  }

  seen(event, lg) {
    const last = this.sizes[this.sizes.length - 1];
    if (!last || last.lg !== lg) this.sizes.push({ event, lg, index: null });
  }

  /** The size in force at n, or null before the table was first looked at. */
  sizeAt(n) { return this.sizes[upTo(this.sizes, n) - 1] ?? null; }

  /** Where the first `count` entries lie in a table of this size. */
  indexOf(size, count) {
    size.index ??= this.#layOut(size);
    size.index.fill(this.entries, count);
    return size.index;
  }

  /** A new table is filled in order; one that user code took keys out of has what the epochs before left in it. */
  #layOut(size) {
    /** @type {{epoch: Epoch, size: any}[]} */
    const chain = [];
    for (let epoch = /** @type {Epoch} */ (this); epoch?.before && chain.length < CHAIN_MAX; epoch = epoch.before) {
      const left = epoch.before.sizes[epoch.before.sizes.length - 1];
      if (epoch.sizes[0]?.lg !== size.lg || left?.lg !== size.lg || (epoch === this && epoch.sizes[0] !== size)) break;
      chain.unshift({ epoch, size: left });
      if (left.index || epoch.before.sizes.length > 1) break;
    }
    let index = null;
    for (const { epoch, size: left } of chain) {
      const { before } = epoch;
      index = left.index ?? index ?? new SlotIndex(size.lg);
      index.fill(before.entries, before.entries.length);
      left.index ??= index;
      index = SlotIndex.without(index, before.entries, epoch.entries);
    }
    return index ?? new SlotIndex(size.lg);
  }
}

/** A memo at one event; what costs something is made when asked for. */
class MemoState {
  constructor(log, epoch, n) {
    this.ref = log.ref;
    this.epoch = epoch;
    this.n = n;
    this.size = epoch.sizeAt(n);
    this.lg = this.size?.lg ?? 0;
    this.used = upTo(epoch.entries, n);
    this.resizedAt = this.size ? this.size.event : null;
    /** @type {Slots|null} */
    this.slotList = null;
  }

  /** The value stored under a key, as the entry that holds it, or null. @param {bigint} key */
  get(key) { return this.epoch.storeAt(key, this.n); }

  /** Every entry by its key, in order of insertion: as long as the memo is large. @returns {Map<bigint, Entry>} */
  get entries() { return new Map(this.epoch.entries.slice(0, this.used).map((entry) => [entry.key, this.get(entry.key)])); }

  /** The entries stored last, the newest last. @param {number} count @returns {Entry[]} */
  latest(count) { return this.epoch.entries.slice(Math.max(0, this.used - count), this.used).map((entry) => this.get(entry.key)); }

  /** The slots of the table. */
  get slots() {
    this.slotList ??= new Slots(this);
    return this.slotList;
  }
}

/** What lies in a slot that a key was taken out of. @type {Entry} */
export const GONE = { event: -1, key: -1n, obj: 0, value: 0, gone: true };

/** A table's slots at one event: what lies in one is looked up, none are listed. */
class Slots {
  /** @param {MemoState} memo */
  constructor(memo) {
    this.memo = memo;
    this.index = memo.size && memo.lg <= LG_LIMIT ? memo.epoch.indexOf(memo.size, memo.used) : null;
    this.length = this.index ? 2 ** memo.lg : 0;
  }

  /** @param {number} slot @returns {Entry|null|undefined} undefined outside the table */
  at(slot) {
    if (!this.index || slot >= this.length) return undefined;
    if (this.index.isGone(slot)) return GONE;
    const entry = this.index.entryIn(slot);
    return entry >= 0 && entry < this.memo.used ? this.memo.get(this.memo.epoch.entries[entry].key) : null;
  }

  /** Slots that hold something, in order of insertion. @returns {Uint32Array} */
  get used() { return this.index ? this.index.slots.subarray(0, Math.min(this.memo.used, this.index.filled)) : new Uint32Array(0); }

  /** Slots of the entries stored last, the newest first. @param {number} count @returns {number[]} */
  recent(count) { return [...this.used.slice(-count)].reverse(); }

  * [Symbol.iterator]() { for (let slot = 0; slot < this.length; slot++) yield this.at(slot); }
}


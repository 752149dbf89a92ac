/**
 * One memo over time: its entries in order of insertion, its table's sizes, and the slots they must lie in.  A memo
 * is a dict from id(x) to the copy of x; deepcopy() only adds to it.  Where user code changed it the trace lists it
 * anew, and an epoch begins.
 */
import { insertSlot } from './probe.js';

/** Larger tables are not laid out slot by slot: no real trace has one, a damaged one may claim it. */
const LG_LIMIT = 22;

/**
 * @typedef {object} Entry
 * @property {number} event
 * @property {bigint} key
 * @property {number} obj
 * @property {number} value  ref of the copy; 0 for the list that keeps originals alive
 * @property {boolean} [keep]
 * @property {boolean} [preset]
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

  clear(event) { this.epochs.push(new Epoch(event)); }

  /** What the memo holds at event n. */
  at(n) {
    let i = this.epochs.length - 1;
    while (i > 0 && this.epochs[i].event > n) i--;
    return new MemoState(this, this.epochs[i], n);
  }
}

/** A stretch of a memo's life in which it only grew. */
class Epoch {
  constructor(event) {
    this.event = event;
    /** @type {Entry[]} first insertion of each key, in order */
    this.entries = [];
    /** @type {Map<bigint, Entry[]>} key to its stores */
    this.stores = new Map();
    /** Table sizes: { event, lg, table, filled }; the table is laid out when first asked for. */
    this.sizes = [];
  }

  store(entry) {
    const stores = this.stores.get(entry.key);
    if (stores) {
      if (stores[stores.length - 1].value !== entry.value) stores.push(entry);
      return;
    }
    this.stores.set(entry.key, [entry]);
    this.entries.push(entry);
  }

  seen(event, lg) {
    const last = this.sizes[this.sizes.length - 1];
    if (!last || last.lg !== lg) this.sizes.push({ event, lg, table: null, filled: 0 });
  }

  /** The size in force at n: the last one seen by then, else the first, which held before it was looked at. */
  sizeAt(n) {
    let i = this.sizes.length - 1;
    while (i > 0 && this.sizes[i].event > n) i--;
    return this.sizes[i] && (i > 0 || this.sizes[0].event <= n) ? this.sizes[i] : null;
  }

  /** Index of the first entry later than n. */
  countAt(n) {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if (this.entries[mid].event <= n) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  /** The table of a size with the first `count` entries in it, at least; slots hold entries. */
  tableOf(size, count) {
    if (size.lg > LG_LIMIT) return [];
    size.table ??= new Array(2 ** size.lg).fill(null);
    // A dict is never filled further; that keeps the walks short whatever a damaged trace says.
    const usable = Math.floor((size.table.length * 2) / 3);
    while (size.filled < Math.min(count, usable)) {
      const entry = this.entries[size.filled++];
      const slot = insertSlot(size.table, entry.key);
      if (slot >= 0) size.table[slot] = entry;
    }
    return size.table;
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
    this.used = epoch.countAt(n);
    this.resizedAt = this.size ? this.size.event : null;
    /** @type {Map<bigint, Entry>|null} */
    this.entryMap = null;
    /** @type {(Entry|null)[]|null} */
    this.slotList = null;
  }

  /** The value stored under a key, as the entry that holds it, or null. */
  get(key) {
    const stores = this.epoch.stores.get(key);
    for (let i = (stores?.length ?? 0) - 1; i >= 0; i--) if (stores[i].event <= this.n) return stores[i];
    return null;
  }

  /** @returns {Map<bigint, Entry>} in order of insertion */
  get entries() {
    this.entryMap ??= new Map(this.epoch.entries.slice(0, this.used).map((entry) => [entry.key, this.get(entry.key)]));
    return this.entryMap;
  }

  /** @returns {(Entry|null)[]} one per slot of the table */
  get slots() {
    if (!this.slotList) {
      const table = this.size ? this.epoch.tableOf(this.size, this.used) : [];
      this.slotList = table.map((entry) => (entry && entry.event <= this.n ? this.get(entry.key) : null));
    }
    return this.slotList;
  }
}

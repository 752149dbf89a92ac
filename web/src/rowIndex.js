/** Rows of a log by a key of theirs; nearly every key has one row, so a list is made for those with more. */
import { countUpTo } from './columns.js';

export default class RowIndex {
  constructor() {
    /** @type {Map<number, number|number[]>} */
    this.rows = new Map();
  }

  /** @param {number} key @param {number} row later than all before */
  add(key, row) {
    const known = this.rows.get(key);
    if (known === undefined) this.rows.set(key, row);
    else if (typeof known === 'number') this.rows.set(key, [known, row]);
    else known.push(row);
  }

  has(key) { return this.rows.has(key); }

  /** The first row of a key, or undefined. @param {number} key @returns {number|undefined} */
  get(key) {
    const known = this.rows.get(key);
    return typeof known === 'object' ? known[0] : known;
  }

  /** The last row of a key among the first `count` rows of the log, or -1. @param {number} key @param {number} count */
  last(key, count) {
    const known = this.rows.get(key);
    if (known === undefined) return -1;
    if (typeof known === 'number') return known < count ? known : -1;
    return known[countUpTo(known, known.length, count - 1) - 1] ?? -1;
  }
}

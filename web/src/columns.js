/** Growing typed arrays: named columns of one length, doubled as they fill. */
class Columns {
  /** @param {Record<string, any>} types column name to typed array constructor */
  constructor(types) {
    this.length = 0;
    this.capacity = 0;
    this.types = types;
    this.#grow(1024);
  }

  /** Makes room for `more` rows and returns the index of the first. */
  extend(more) {
    const at = this.length;
    if (at + more > this.capacity) this.#grow(Math.max(at + more, this.capacity * 2));
    this.length = at + more;
    return at;
  }

  #grow(capacity) {
    for (const [name, Type] of Object.entries(this.types)) {
      const column = new Type(capacity);
      if (this[name]) column.set(this[name]);
      this[name] = column;
    }
    this.capacity = capacity;
  }
}

/**
 * @param {Record<string, any>} types column name to typed array constructor
 * @returns {Columns & Record<string, any>}
 */
export default function columns(types) { return new Columns(types); }

/** How many of the ascending values[0..length) are <= x. */
export function countUpTo(values, length, x) {
  let low = 0;
  let high = length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (values[mid] <= x) low = mid + 1;
    else high = mid;
  }
  return low;
}

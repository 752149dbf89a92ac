/* How CPython finds a slot in a dict's index table (Objects/dictobject.c: lookdict and
 * find_empty_slot).  A trace records key, table size and number of probes; the slots are computed here,
 * and `checkProbe` compares them with what was recorded. */

const INT_MODULUS = (1n << 61n) - 1n; /* sys.hash_info.modulus on 64-bit builds */
const WORD = (1n << 64n) - 1n;
const PERTURB_SHIFT = 5n;

/** The recorder's count saturates here: "that many or more". */
export const PROBES_MAX = 127;

/** hash(n) of a non-negative int. @param {bigint} n @returns {bigint} */
export function hashInt(n) {
  return n % INT_MODULUS;
}

/** Hash of an object that is hashed by its address, such as a type: rotated right by four bits.
 * @param {bigint} addr @returns {bigint} as an unsigned 64-bit number */
export function hashAddress(addr) {
  return ((addr >> 4n) | ((addr & 15n) << 60n)) & WORD;
}

/** The slots visited for a hash in a table of 2^lg slots, without end.
 * @param {bigint} hash unsigned @param {number} lg log2 of the table size
 * @returns {Generator<{slot: number, perturb: bigint}, never, void>} perturb as it is at that slot */
export function* walk(hash, lg) {
  const mask = (1n << BigInt(lg)) - 1n;
  let perturb = hash;
  let slot = hash & mask;
  for (;;) {
    yield { slot: Number(slot), perturb };
    perturb >>= PERTURB_SHIFT;
    slot = (slot * 5n + perturb + 1n) & mask;
  }
}

/** The slots visited for an int key. @param {bigint} key @param {number} lg */
export function probe(key, lg) {
  return walk(hashInt(key), lg);
}

/**
 * Looks a key up as the dict does.
 * @param {{length: number, at(slot: number): any}} slots 2^lg of them
 * @param {bigint} hash
 * @param {(entry: any) => boolean} isKey
 * @returns {{slot: number, found: boolean, path: {slot: number, perturb: bigint, outcome: "differs"|"gone"|"equal"|"empty"}[]}}
 */
export function find(slots, hash, isKey) {
  const lg = lgOf(slots.length);
  /** @type {{slot: number, perturb: bigint, outcome: "differs"|"gone"|"equal"|"empty"}[]} */
  const path = [];
  /* A full table cannot happen in CPython; a damaged trace could claim one, so the walk is bounded. */
  const limit = slots.length * 2 + 64;
  for (const step of walk(hash, lg)) {
    const entry = slots.at(step.slot);
    const outcome = entry == null ? 'empty' : entry.gone ? 'gone' : isKey(entry) ? 'equal' : 'differs';
    path.push({ ...step, outcome });
    const goesOn = outcome === 'differs' || outcome === 'gone';
    if (!goesOn || path.length >= limit)
      return { slot: goesOn ? -1 : step.slot, found: outcome === 'equal', path };
  }
  throw new Error('unreachable');
}

/** The slot that a key new to the table goes to; the caller stores it there.
 * @param {{length: number, at(slot: number): any}} slots @param {bigint} key @returns {number} -1 when the table is full */
export function insertSlot(slots, key) {
  return find(slots, hashInt(key), () => false).slot;
}

/** The table after a resize: entries go in again in the order of their first insertion.
 * @template {{key: bigint}} T
 * @param {Iterable<T>} entries in insertion order @param {number} lg @returns {(T|null)[]} */
export function rebuild(entries, lg) {
  /** @type {(T|null)[]} */
  const slots = new Array(2 ** lg).fill(null);
  for (const entry of entries) {
    const slot = insertSlot(slots, entry.key);
    if (slot >= 0) slots[slot] = entry;
  }
  return slots;
}

/** @param {number} size a power of two */
export function lgOf(size) {
  return size > 1 ? Math.round(Math.log2(size)) : 0;
}

/**
 * Do the recomputed slots agree with the record?
 * @param {{path: {slot: number, outcome: string}[], slot: number, found: boolean}} computed
 * @param {{probes: number, slot?: number|null, outcome?: boolean|null}} recorded
 * @returns {Warning|null} null if they agree, else where they part
 */
export function checkProbe(computed, recorded) {
  const n = computed.path.length;
  const { probes, slot = null, outcome = null } = recorded;
  if (probes >= PROBES_MAX) {
    if (n < PROBES_MAX) return { key: 'table.warn.many', values: { recorded: probes, found: n } };
  } else if (n !== probes) return { key: 'table.warn.probes', values: { recorded: probes, found: n } };
  if (slot !== null && computed.slot !== slot) return { key: 'table.warn.slot', values: { recorded: String(slot), found: String(computed.slot) } };
  if (outcome !== null && computed.found !== outcome) return { key: outcome ? 'table.warn.hit' : 'table.warn.miss', values: {} };
  return null;
}

/** A walk that is not as recorded: a key of the strings and its values. @typedef {{key: string, values: Record<string, number|string>}} Warning */

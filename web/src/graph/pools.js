/* Where objects lie: addresses put into pools and spans of pymalloc.
 *
 * Recorded are addresses alone.  A pool begins at a multiple of its size (Objects/obmalloc.c aligns it), so the pool of an object
 * and its place in it are certain as long as pymalloc made it.  An arena is 1 MiB from mmap() and need not begin at a multiple of
 * that, so arenas are drawn as spans of addresses of their size.  The size of a pool's blocks is taken from the distances between
 * its objects of one type: all blocks of a pool are of one size, so it divides each of them.  (How far into its block an object
 * begins depends on its type: the collector's header comes before it, and that of a managed __dict__.) */
import { countUpTo } from '../columns.js';
import { NONE, structureOf } from './structure.js';

/** Of a 64-bit CPython with the radix tree, 3.10 and later; before, pools of 4 KiB in arenas of 256 KiB. */
const LARGE = { pool: 14, arena: 20 };
const SMALL = { pool: 12, arena: 18 };
export const HEADER = 48;        /* of a pool: struct pool_header */
export const LARGEST = 512;      /* bytes; more come from malloc() */
const GRAIN = 16;                /* block sizes are multiples of it */
const TUPLE = { fixed: 40, item: 8 }; /* bytes of a tuple with the collector's header */
const ENOUGH = 3;                /* objects in a pool, to tell its block size from their distances */
const MEMO = 2;

/** @param {string} version of Python @returns {{pool: number, arena: number}} base-2 logarithms of bytes */
export function sizesOf(version) {
  const [major, minor] = String(version).split('.').map(Number);
  return major === 3 && minor < 10 ? SMALL : LARGE;
}

/**
 * @typedef {object} Spot
 * @property {number} ref
 * @property {"original"|"copy"|"memo"} kind
 * @property {number} from  event from which it is there (a copy), or was met (an original)
 * @property {number} pool  address over its size
 * @property {number} at    bytes from the pool's begin
 * @property {number} type
 * @typedef {{base: number, spots: Spot[], block: number}} Pool
 * spots by address; block: size of its blocks in bytes, 0: not known
 * @typedef {{sizes: {pool: number, arena: number}, pools: Map<number, Pool>, spots: Map<number, Spot>, spans: number[], large: number}} Heap
 * large: objects that are too large for pymalloc
 */

/** @type {WeakMap<object, {length: number, heap: Heap}>} */
const known = new WeakMap();

/** The heap of a trace as far as it is loaded. @param {any} trace @returns {Heap} */
export function heapOf(trace) {
  const kept = known.get(trace);
  if (kept && kept.length === trace.records.length) return kept.heap;
  const heap = gather(trace);
  known.set(trace, { length: trace.records.length, heap });
  return heap;
}

/** @param {any} trace @returns {Heap} */
function gather(trace) {
  const sizes = sizesOf(trace.meta.python);
  /** @type {Heap} */
  const heap = { sizes, pools: new Map(), spots: new Map(), spans: [], large: 0 };
  const put = (ref, kind, from) => {
    const object = trace.objects[ref];
    if (!object || heap.spots.has(ref)) return;
    if (object.typeName === 'tuple' && TUPLE.fixed + TUPLE.item * object.len > LARGEST) {
      heap.large++;
      return;
    }
    const pool = Number(object.addr >> BigInt(sizes.pool));
    heap.spots.set(ref, { ref, kind, from, pool, at: Number(object.addr & ((1n << BigInt(sizes.pool)) - 1n)), type: object.type });
  };
  for (const run of structureOf(trace).runs)
    for (let id = 0; id < run.node.ref.length; id++) if (!run.isAtom(id)) put(run.node.ref[id], 'original', run.node.seen[id]);
  const { copies, memos } = trace.history;
  for (let row = 0; row < copies.length; row++) put(copies.copy[row], 'copy', copies.event[row]);
  for (const { ref } of memos) if (trace.objects[ref]?.flags & MEMO) put(ref, 'memo', 0);
  for (const spot of heap.spots.values()) {
    const pool = heap.pools.get(spot.pool);
    if (pool) pool.spots.push(spot);
    else heap.pools.set(spot.pool, { base: spot.pool, spots: [spot], block: 0 });
  }
  for (const pool of heap.pools.values()) measure(pool);
  const step = 2 ** (sizes.arena - sizes.pool);
  heap.spans = [...new Set([...heap.pools.keys()].map((pool) => Math.floor(pool / step)))].sort((a, b) => a - b);
  return heap;
}

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b ? gcd(b, a % b) : a);

/** The size of a pool's blocks, from the distances of its objects. @param {Pool} pool */
function measure(pool) {
  pool.spots.sort((a, b) => a.at - b.at);
  /** @type {Map<number, Set<number>>} */
  const byType = new Map();
  for (const { type, at } of pool.spots) byType.set(type, (byType.get(type) ?? new Set()).add(at));
  let size = 0;
  for (const set of byType.values()) {
    const places = [...set];
    if (places.length >= ENOUGH) size = places.slice(1).reduce((sum, at, i) => gcd(at - places[i], sum), size);
  }
  if (size >= GRAIN && size <= LARGEST && size % GRAIN === 0) pool.block = size;
}

/** How many blocks a pool has. @param {Heap} heap @param {Pool} pool */
export const blocksIn = (heap, pool) => Math.floor((2 ** heap.sizes.pool - HEADER) / (pool.block || GRAIN));

/** Which block an object is in. @param {Pool} pool @param {Spot} spot */
export const blockOf = (pool, spot) => Math.floor((spot.at - HEADER) / (pool.block || GRAIN));

/** Is it there at event n? Originals always are. @param {Spot} spot @param {number} n */
export const isThere = (spot, n) => spot.kind !== 'copy' || spot.from <= n;

/** The copy that was made last by event n, and the one before it. @param {any} trace @param {number} n @returns {number[]} refs, the last first */
export function lastCopies(trace, n) {
  const { copies } = trace.history;
  const row = countUpTo(copies.event, copies.length, n) - 1;
  return [row, row - 1].filter((r) => r >= 0).map((r) => copies.copy[r]);
}

/**
 * How a copy lies to the one that was made before it.
 * @param {Heap} heap @param {number} ref @param {number} before
 * @returns {{key: "next"|"later"|"earlier"|"other"|"first"|"none", bytes: number}}
 */
export function stepTo(heap, ref, before) {
  const a = heap.spots.get(before);
  const b = heap.spots.get(ref);
  if (!b) return { key: 'none', bytes: 0 };
  if (!a) return { key: 'first', bytes: 0 };
  if (a.pool !== b.pool) return { key: 'other', bytes: 0 };
  const bytes = b.at - a.at;
  const { block } = /** @type {Pool} */ (heap.pools.get(b.pool));
  if (block && bytes === block) return { key: 'next', bytes };
  return { key: bytes > 0 ? 'later' : 'earlier', bytes: Math.abs(bytes) };
}

/** The box, or the object itself, that an event is about: never a value drawn as text. @param {any} trace @param {number} n @returns {number} ref or NONE */
export function objectAt(trace, n) {
  const run = structureOf(trace).runAt(n);
  if (!run) return NONE;
  const i = run.recordAt(n);
  const node = run.recordNode[i] ?? NONE;
  if (node === NONE || !run.isAtom(node)) return node === NONE ? NONE : run.node.ref[node];
  const link = run.recordLink[i];
  return link === NONE ? NONE : run.node.ref[run.link.parent[link]];
}

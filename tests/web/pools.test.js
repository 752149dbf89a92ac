import test from 'node:test';
import assert from 'node:assert/strict';
import { HEADER, blockOf, blocksIn, heapOf, isThere, lastCopies, objectAt, sizesOf, stepTo } from '../../web/src/graph/pools.js';
import { TraceReader } from '../../web/src/reader.js';
import { int, list, sampleTrace, tuple } from './sampleTrace.js';

const POOL = 16384;

/** A trace whose objects that are no integers lie where `place` says, by their number among originals or copies. */
function read(x, place) {
  const reader = new TraceReader();
  reader.feed(sampleTrace(x).bytes);
  const trace = reader.finish();
  const count = [0, 0];
  for (const object of trace.objects) if (object && object.typeName !== 'int') object.addr = place(object.flags & 1, count[object.flags & 1]++);
  return trace;
}
const base = 0x7f21b6000000n;
/** Copies in order in one pool, originals in another: blocks of 64 bytes, lists 16 bytes into theirs. */
const inOrder = (copied, i) => base + BigInt(copied * POOL + HEADER + 64 * i + 16);
const nested = () => list(...Array.from({ length: 6 }, (_, i) => list(int(i))));

test('a pool is told by its address, its block size by the distances in it', () => {
  const trace = read(nested(), inOrder);
  const heap = heapOf(trace);
  const pool = heap.pools.get(Number(base >> 14n) + 1);
  assert.equal(pool.block, 64);
  assert.equal(blocksIn(heap, pool), Math.floor((POOL - HEADER) / 64));
  assert.deepEqual(pool.spots.filter(({ kind }) => kind === 'copy').map((spot) => blockOf(pool, spot)).slice(0, 3), [0, 1, 2]);
});

test('with too few objects in a pool its block size is not told', () => {
  const heap = heapOf(read(list(list(int(1))), inOrder));
  for (const pool of heap.pools.values()) if (pool.spots.length < 3) assert.equal(pool.block, 0);
});

test('objects of two types that begin at other places in their blocks do not spoil the block size', () => {
  const trace = read(nested(), inOrder);
  const lists = trace.objects.filter((object) => object?.typeName === 'list' && !(object.flags & 3));
  lists[2].addr += 16n;
  lists[2].type = 99;
  const pool = heapOf(trace).pools.get(Number(base >> 14n));
  assert.equal(pool.block, 64);
});

test('a copy is there from the event that made it, an original always', () => {
  const trace = read(nested(), inOrder);
  const heap = heapOf(trace);
  for (const spot of heap.spots.values()) {
    if (spot.kind === 'original') assert.ok(isThere(spot, 0));
    if (spot.kind === 'copy') assert.ok(!isThere(spot, spot.from - 1) && isThere(spot, spot.from));
  }
});

test('what the picture says: the next block, another pool, a block that was free again', () => {
  const trace = read(nested(), (copied, i) => (copied && i === 2 ? base + 5n * BigInt(POOL) + 64n : copied && i === 3 ? base + BigInt(POOL + HEADER + 16 + 64 * 9) : inOrder(copied, i)));
  const heap = heapOf(trace);
  const { copies } = trace.history;
  const made = Array.from({ length: copies.length }, (_, row) => copies.copy[row]);
  assert.deepEqual(stepTo(heap, made[1], made[0]), { key: 'next', bytes: 64 });
  assert.equal(stepTo(heap, made[2], made[1]).key, 'other');
  assert.deepEqual(stepTo(heap, made[4], made[3]), { key: 'earlier', bytes: 64 * 5 });
  assert.equal(stepTo(heap, made[0], undefined).key, 'first');
  assert.deepEqual(lastCopies(trace, copies.event[1]), [made[1], made[0]]);
  assert.deepEqual(lastCopies(trace, 0), []);
});

test('a tuple over 512 bytes is in no pool', () => {
  const trace = read(list(tuple(list(int(1)))), inOrder);
  trace.objects.find((object) => object?.typeName === 'tuple').len = 60;
  const heap = heapOf(trace);
  assert.equal(heap.large, 1);
});

test('pools and arenas are as large as the interpreter makes them', () => {
  for (const version of ['3.10.13', '3.11.7', '3.12.1', '3.13.0', '3.14.0']) assert.deepEqual(sizesOf(version), { pool: 14, arena: 20 });
  assert.deepEqual(sizesOf('3.9.18'), { pool: 12, arena: 18 });
});

test('an event about a value is about the object that holds it', () => {
  const trace = read(list(int(1)), inOrder);
  for (let n = 0; n < trace.eventCount; n++) assert.equal(trace.objects[objectAt(trace, n)].typeName, 'list');
});
